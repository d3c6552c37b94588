import os
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("shell")
READABLE = {"LANG", "TZ", "PATH"}


@mcp.tool()
def getenv(name: str) -> str:
    """Reads a variable."""
    if name not in READABLE:
        raise ValueError("not readable")
    return os.environ.get(name, "")
