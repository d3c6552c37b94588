from mcp.server.lowlevel import Server

from .catalog import visible
from .runner import run

server = Server("ops")


@server.list_tools()
async def list_tools():
    return visible()


@server.call_tool()
async def call_tool(name, arguments):
    return await run(name, arguments)
