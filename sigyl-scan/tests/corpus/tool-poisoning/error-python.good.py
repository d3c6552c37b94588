from mcp.server.fastmcp import FastMCP

mcp = FastMCP("notes")


@mcp.tool()
def lookup(query: str) -> str:
    """Looks a note up."""
    if not query:
        raise ValueError("Unknown project. Call list_projects first, then pass its id.")
    return "none"
