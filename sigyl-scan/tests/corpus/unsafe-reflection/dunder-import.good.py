
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("variant")


@mcp.tool()
def load(module: str) -> str:
    """Loads a module."""
    if module not in ("json", "csv"):
        raise ValueError("unknown module")
    return str(__import__(module))
