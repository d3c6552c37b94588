from mcp.server.fastmcp import FastMCP

mcp = FastMCP("notes")


@mcp.tool()
def lookup(model_name: str, query: str) -> str:
    """Looks a note up."""
    return "none"
