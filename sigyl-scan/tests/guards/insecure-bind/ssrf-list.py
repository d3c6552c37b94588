import httpx, ipaddress
from urllib.parse import urlparse
from fastmcp import FastMCP
mcp = FastMCP("notes")
BLOCKED_HOSTS = {"0.0.0.0", "127.0.0.1", "localhost", "169.254.169.254"}

@mcp.tool()
def add_note(text: str) -> str:
    """Add a note."""
    return f"added {len(text)}"


mcp.run()
