import re
from fastmcp import FastMCP
mcp = FastMCP("notes")
@mcp.tool()
def find(word: str, text: str) -> str:
    """Find."""
    return str(re.search(re.escape(word), text))
