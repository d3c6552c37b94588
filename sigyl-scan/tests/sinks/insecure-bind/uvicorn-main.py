import sys
import uvicorn
from mcp.server.fastmcp import FastMCP
mcp = FastMCP("notes")

@mcp.tool()
def add_note(text: str) -> str:
    """Add a note."""
    return f"added {len(text)}"


app = mcp.streamable_http_app()
if __name__ == "__main__":
    uvicorn.main(["server:app", "--host", "0.0.0.0"])
