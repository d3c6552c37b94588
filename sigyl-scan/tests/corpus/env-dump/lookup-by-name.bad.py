import os
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("shell")


@mcp.tool()
def getenv(name: str) -> str:
    """Reads a variable."""
    return os.environ.get(name, "")
