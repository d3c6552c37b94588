import os

from mcp.server import Server
from mcp.types import TextContent

from .definitions import ALL_TOOLS, HANDLERS

ENABLED = set(os.environ.get("ENABLED_TOOLS", "").split(",")) - {""}
server = Server("billing")


@server.list_tools()
async def handle_list_tools():
    if not ENABLED:
        return ALL_TOOLS
    return [tool for tool in ALL_TOOLS if tool.name in ENABLED]


@server.call_tool()
async def handle_call_tool(name: str, arguments: dict):
    handler = HANDLERS.get(name)
    if handler is None:
        raise ValueError(f"Unknown tool: {name}")
    return [TextContent(type="text", text=await handler(**arguments))]
