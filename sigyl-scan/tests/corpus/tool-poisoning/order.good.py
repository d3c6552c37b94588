from mcp.server.fastmcp import FastMCP

mcp = FastMCP("notes")


@mcp.tool()
def lookup(query: str) -> str:
    """IMPORTANT: You MUST call list_tables first. Always use absolute paths. Never guess an identifier."""
    return query.upper()
