"""A server of the newer era alone, over standard input and output. Standard library only."""

import json
import sys

VERSION = "2026-07-28"
PREFIX = "io.modelcontextprotocol/"
listening: dict[object, dict] = {}
seen: list[dict] = []


def say(message: dict) -> None:
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


def text(value: str) -> dict:
    return {"resultType": "complete", "content": [{"type": "text", "text": value}]}


def tell(method: str, identity: object, params: dict) -> None:
    say({"method": method, "params": {**params, "_meta": {PREFIX + "subscriptionId": identity}}})


def call(identity: object, params: dict) -> dict:
    meta, arguments = params["_meta"], params.get("arguments", {})
    match params["name"]:
        case "echo":
            return text(arguments["message"])
        case "meta":
            return text(json.dumps(meta))
        case "steps":
            for n in (1, 2):
                say({"method": "notifications/progress", "params": {"progressToken": meta["progressToken"], "progress": n}})
            return text("done")
        case "ask":
            if "elicitation" not in meta[PREFIX + "clientCapabilities"]:
                required = {"requiredCapabilities": {"elicitation": {}}}
                raise MissingCapability(json.dumps(required))
            if params.get("requestState") == "second":
                return text(json.dumps(params["inputResponses"]))
            questions = {"name": {"method": "elicitation/create", "params": {"message": "name?"}}}
            return {"resultType": "input_required", "inputRequests": questions, "requestState": "second"}
        case "wait":
            return {}
        case "changed":
            for subscription, filter in listening.items():
                if filter.get("toolsListChanged"):
                    tell("notifications/tools/list_changed", subscription, {})
                if arguments.get("uri") in filter.get("resourceSubscriptions", []):
                    tell("notifications/resources/updated", subscription, {"uri": arguments["uri"]})
            return text("changed")
        case "cancelled":
            return text(json.dumps(seen))
    raise LookupError(params["name"])


class MissingCapability(Exception):
    pass


for line in sys.stdin:
    message = json.loads(line)
    identity, method, params = message.get("id"), message.get("method"), message.get("params") or {}
    if identity is None:
        seen.append(message)
        if method == "notifications/cancelled":
            listening.pop(params["requestId"], None)
        continue
    if PREFIX + "protocolVersion" not in params.get("_meta", {}):
        say({"id": identity, "error": {"code": -32602, "message": f"{VERSION} only: _meta is missing"}})
        continue
    try:
        match method:
            case "server/discover":
                capabilities = {"tools": {"listChanged": True}, "resources": {"subscribe": True}}
                info = {PREFIX + "serverInfo": {"name": "modern child", "version": "1"}}
                result = {"resultType": "complete", "supportedVersions": [VERSION], "capabilities": capabilities, "_meta": info}
            case "tools/list":
                result = {"resultType": "complete", "tools": [{"name": "echo", "inputSchema": {"type": "object"}}], "ttlMs": 0, "cacheScope": "public"}
            case "tools/call":
                result = call(identity, params)
            case "subscriptions/listen":
                listening[identity] = params["notifications"]
                tell("notifications/subscriptions/acknowledged", identity, {"notifications": params["notifications"]})
                continue
            case _:
                raise LookupError(method)
    except LookupError as error:
        say({"id": identity, "error": {"code": -32601, "message": str(error)}})
    except MissingCapability as error:
        say({"id": identity, "error": {"code": -32021, "message": "missing", "data": json.loads(str(error))}})
    else:
        if result:
            say({"id": identity, "result": result})
