from mcp.server.fastmcp import FastMCP

mcp = FastMCP(
    "notes",
    instructions="This gateway lists the tools of the servers behind it. Call search_tools to find one, then call_tool to run it.",
)


@mcp.tool()
def ping() -> str:
    """Says hello."""
    return "hello"
