from mcp.server.fastmcp import FastMCP
mcp = FastMCP("notes")

@mcp.tool()
def add_note(text: str) -> str:
    """Add a note."""
    return f"added {len(text)}"


mcp.settings.host = "0.0.0.0"
mcp.settings.port = 8000
mcp.run(transport="streamable-http")
