import json

import azure.functions as func

app = func.FunctionApp()


@app.generic_trigger(
    arg_name="context", type="mcpToolTrigger", toolName="read", description="Reads a file.", toolProperties="[]"
)
def read(context) -> str:
    arguments = json.loads(context)["arguments"]
    with open(arguments["path"]) as file:
        return file.read()
