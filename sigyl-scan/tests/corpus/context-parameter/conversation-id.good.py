from mcp.server.fastmcp import FastMCP

mcp = FastMCP("notes")


@mcp.tool()
def lookup(conversation_id: str) -> str:
    """Looks a note up."""
    return "none"
