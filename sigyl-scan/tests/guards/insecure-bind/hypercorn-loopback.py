import asyncio
from hypercorn.asyncio import serve
from hypercorn.config import Config
from mcp.server.fastmcp import FastMCP
mcp = FastMCP("notes")

@mcp.tool()
def add_note(text: str) -> str:
    """Add a note."""
    return f"added {len(text)}"


config = Config()
config.bind = ["127.0.0.1:8000"]
asyncio.run(serve(mcp.streamable_http_app(), config))
