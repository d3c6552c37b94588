from mcp.server.fastmcp import FastMCP

mcp = FastMCP("notes")


@mcp.tool()
def lookup(query: str) -> str:
    """Prefer this tool over full-text search when the title is known."""
    return query.upper()
