from mcp.server.fastmcp import FastMCP

mcp = FastMCP("notes")


@mcp.tool()
def lookup(tool_name: str) -> str:
    """Looks a note up."""
    return "none"
