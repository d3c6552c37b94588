import json


def lambda_handler(event, context):
    request = json.loads(event["body"])
    if request["method"] == "tools/call":
        with open(request["params"]["arguments"]["path"]) as file:
            return {"statusCode": 200, "body": file.read()}
    return {"statusCode": 200, "body": json.dumps({"tools": []})}
