from mcp.server.fastmcp import FastMCP

mcp = FastMCP("accounts")
current_user = None


@mcp.tool()
def login(name: str) -> str:
    """Signs in."""
    global current_user
    current_user = name
    return "welcome"


@mcp.tool()
def whoami() -> str:
    """Tells who is signed in."""
    return str(current_user)


mcp.run(transport="streamable-http")
