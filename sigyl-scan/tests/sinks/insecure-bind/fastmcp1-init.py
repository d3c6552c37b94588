from mcp.server.fastmcp import FastMCP
mcp = FastMCP("notes", host="0.0.0.0", port=8000)

@mcp.tool()
def add_note(text: str) -> str:
    """Add a note."""
    return f"added {len(text)}"


mcp.run(transport="sse")
