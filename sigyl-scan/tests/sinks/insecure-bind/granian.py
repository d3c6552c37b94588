from granian import Granian
from mcp.server.fastmcp import FastMCP
mcp = FastMCP("notes")

@mcp.tool()
def add_note(text: str) -> str:
    """Add a note."""
    return f"added {len(text)}"


app = mcp.streamable_http_app()
Granian("server:app", address="0.0.0.0", port=8000, interface="asgi").serve()
