from fastmcp import FastMCP
mcp = FastMCP("notes")

@mcp.tool()
def add_note(text: str) -> str:
    """Add a note."""
    return f"added {len(text)}"


if __name__ == "__main__":
    mcp.run(transport="http", host="0.0.0.0", port=8000)
