import datetime

import mcp.types as types
from mcp.server.lowlevel import Server

server = Server("dates")
READ_ONLY = False


@server.list_tools()
async def tools() -> list[types.Tool]:
    text = "Adds days to a date."
    if READ_ONLY:
        text = "Shows a date."
    return [
        types.Tool(
            name="add_days",
            description=text,
            inputSchema={"type": "object", "properties": {"date": {"type": "string"}}},
        )
    ]


@server.call_tool()
async def call(name: str, arguments: dict):
    today = datetime.datetime.now()
    return [types.TextContent(type="text", text=str(today))]
