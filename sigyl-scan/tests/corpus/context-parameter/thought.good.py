from mcp.server.fastmcp import FastMCP

mcp = FastMCP("notes")


@mcp.tool()
def lookup(thought: str, next_step: str) -> str:
    """Looks a note up."""
    return "none"
