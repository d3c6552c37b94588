from mcp.server.lowlevel import Server

from .identity import current_role
from .tools import ADMIN_NAMES, ADMIN_TOOLS, HANDLERS, USER_TOOLS

server = Server("hr")


@server.list_tools()
async def list_tools():
    tools = list(USER_TOOLS)
    if current_role() == "admin":
        tools += ADMIN_TOOLS
    return tools


@server.call_tool()
async def call_tool(name, arguments):
    if name in ADMIN_NAMES and current_role() != "admin":
        raise PermissionError(name)
    return await HANDLERS[name](arguments)
