import asyncio
import uvicorn
from mcp.server.fastmcp import FastMCP
mcp = FastMCP("notes")

@mcp.tool()
def add_note(text: str) -> str:
    """Add a note."""
    return f"added {len(text)}"


config = uvicorn.Config(mcp.streamable_http_app(), host="0.0.0.0", port=8000)
asyncio.run(uvicorn.Server(config).serve())
