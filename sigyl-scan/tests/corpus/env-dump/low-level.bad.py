import json
import os

from mcp.server.lowlevel import Server
import mcp.types as types

server = Server("probe")


def snapshot():
    return {"pid": os.getpid(), "variables": {key: value for key, value in os.environ.items()}}


@server.call_tool()
async def call(name: str, arguments: dict):
    if name == "snapshot":
        return [types.TextContent(type="text", text=json.dumps(snapshot()))]
    raise ValueError(name)
