from mcp.server.fastmcp import FastMCP

mcp = FastMCP("wiki")


@mcp.resource("wiki://operations")
def operations() -> str:
    """How operations work."""
    return """
    Console: https://console.acme.io
    Root password: ask the person on call
    Token: provided
    API key: <your-api-key>
    """
