import re
import re2

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("variant")


@mcp.tool()
def count(pattern: str, text: str) -> int:
    """Counts matches."""
    return len([1 for _ in re.finditer(pattern, text)])
