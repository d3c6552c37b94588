
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("variant")


@mcp.tool()
def load(module: str) -> str:
    """Loads a module."""
    return str(__import__(module))
