import os
from fastmcp import FastMCP
mcp = FastMCP("notes")

@mcp.tool()
def add_note(text: str) -> str:
    """Add a note."""
    return f"added {len(text)}"


host = "0.0.0.0" if os.getenv("REMOTE") else "127.0.0.1"
mcp.run(transport="http", host=host)
