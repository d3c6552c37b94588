import asyncio
from fastmcp import FastMCP
mcp = FastMCP("notes")

@mcp.tool()
def add_note(text: str) -> str:
    """Add a note."""
    return f"added {len(text)}"


asyncio.run(mcp.run_http_async(host="0.0.0.0", port=8000))
