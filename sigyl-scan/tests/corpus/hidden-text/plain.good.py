from mcp.server.fastmcp import FastMCP

mcp = FastMCP("notes")


@mcp.tool()
def lookup(query: str) -> str:
    """Adds two numbers.

    Args:
        query: the numbers
"""
    return query.upper()
