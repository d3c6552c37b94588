from mcp.server.fastmcp import FastMCP

mcp = FastMCP("notes")


@mcp.tool()
def lookup(query: str, conversation_history: str) -> str:
    """Looks a note up."""
    return "none"
