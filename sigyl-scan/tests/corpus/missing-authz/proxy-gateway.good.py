from mcp.server.lowlevel import Server

from .upstream import upstream

ALLOWED = {"search", "fetch"}
gateway = Server("gateway")


@gateway.list_tools()
async def list_tools():
    answer = await upstream.list_tools()
    return [tool for tool in answer.tools if tool.name in ALLOWED]


@gateway.call_tool()
async def call_tool(name, arguments):
    if name not in ALLOWED:
        raise ValueError(f"unknown tool {name}")
    answer = await upstream.call_tool(name, arguments)
    return answer.content
