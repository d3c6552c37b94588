import sys
from fastmcp import FastMCP
mcp = FastMCP("notes")

@mcp.tool()
def add_note(text: str) -> str:
    """Add a note."""
    return f"added {len(text)}"


host = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1"
if host in ("0.0.0.0", "::"):
    sys.exit("refusing to listen on every interface")
mcp.run(transport="http", host=host)
