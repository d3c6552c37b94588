import importlib

from mcp.server import Server

server = Server("desk")
KNOWN = {"ping", "lookup"}


@server.call_tool()
async def call_tool(name: str, arguments: dict):
    if name not in KNOWN:
        raise ValueError("no such tool")
    module = importlib.import_module(f"tools.{name}")
    return await module.run(arguments)
