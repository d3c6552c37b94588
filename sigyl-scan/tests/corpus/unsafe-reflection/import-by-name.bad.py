import importlib

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("variant")


@mcp.tool()
def plugin(name: str) -> str:
    """Runs a plugin."""
    return importlib.import_module(name).run()
