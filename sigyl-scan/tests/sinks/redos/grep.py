import re
from fastmcp import FastMCP
mcp = FastMCP("notes")
@mcp.tool()
def grep(pattern: str, text: str) -> str:
    """Grep."""
    return str(re.compile(pattern).search(text))
