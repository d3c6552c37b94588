from mcp.server.fastmcp import FastMCP

mcp = FastMCP(
    "notes",
    instructions="The conversation history is kept by the client. This server stores nothing of it.",
)


@mcp.tool()
def ping() -> str:
    """Says hello."""
    return "hello"
