from mcp.server import Server

from .tools import TOOLS, run

server = Server("notes")


@server.list_tools()
async def list_tools(cursor=None):
    if cursor:
        return TOOLS[int(cursor):]
    return [tool for tool in TOOLS if tool is not None]


@server.call_tool()
async def call_tool(name, arguments):
    return await run(name, arguments)
