import re
from fastmcp import FastMCP
mcp = FastMCP("notes")
@mcp.tool()
def replace(pattern: str, text: str) -> str:
    """Replace."""
    return re.sub(pattern, "", text)
