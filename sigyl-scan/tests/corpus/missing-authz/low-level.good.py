import os

from mcp.server import Server
from mcp.types import TextContent

from .definitions import ALL_TOOLS, HANDLERS

ENABLED = set(os.environ.get("ENABLED_TOOLS", "").split(",")) - {""}
server = Server("billing")


def is_enabled(name: str) -> bool:
    return not ENABLED or name in ENABLED


@server.list_tools()
async def handle_list_tools():
    return [tool for tool in ALL_TOOLS if is_enabled(tool.name)]


@server.call_tool()
async def handle_call_tool(name: str, arguments: dict):
    handler = HANDLERS.get(name)
    if handler is None or not is_enabled(name):
        raise ValueError(f"Unknown tool: {name}")
    return [TextContent(type="text", text=await handler(**arguments))]
