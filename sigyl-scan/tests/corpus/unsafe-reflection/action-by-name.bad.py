import importlib

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("plugins")


@mcp.tool()
def run_plugin(plugin: str, action: str, payload: str) -> str:
    """Runs an action of a plugin."""
    module = importlib.import_module(plugin)
    return str(getattr(module, action)(payload))
