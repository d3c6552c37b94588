from mcp.server.fastmcp import FastMCP

mcp = FastMCP("notes")


@mcp.tool()
def lookup(query: str) -> str:
    """Recommended over lookup for large results, since it pages."""
    return query.upper()
