import os
from fastmcp import FastMCP
os.environ.setdefault("FASTMCP_HOST", "0.0.0.0")
mcp = FastMCP("notes")

@mcp.tool()
def add_note(text: str) -> str:
    """Add a note."""
    return f"added {len(text)}"


mcp.run(transport="http")
