import os
from fastmcp import FastMCP
mcp = FastMCP("notes")

@mcp.tool()
def add_note(text: str) -> str:
    """Add a note."""
    return f"added {len(text)}"


kwargs = {"transport": "http", "host": os.getenv("HOST", "0.0.0.0"), "port": 8000}
mcp.run(**kwargs)
