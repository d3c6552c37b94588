from mcp.server.fastmcp import FastMCP

mcp = FastMCP("notes")


@mcp.tool()
def lookup(system: str) -> str:
    """Looks a note up."""
    return "none"
