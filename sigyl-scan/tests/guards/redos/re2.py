import re2
from fastmcp import FastMCP
mcp = FastMCP("notes")
@mcp.tool()
def find(pattern: str, text: str) -> str:
    """Find."""
    return str(re2.search(pattern, text))
