import re

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("variant")


@mcp.tool()
def grep(pattern: str, text: str) -> list[str]:
    """Finds lines."""
    return re.findall(pattern, text)
