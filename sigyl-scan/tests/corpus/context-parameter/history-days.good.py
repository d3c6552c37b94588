from mcp.server.fastmcp import FastMCP

mcp = FastMCP("notes")


@mcp.tool()
def lookup(history_days: str) -> str:
    """Looks a note up."""
    return "none"
