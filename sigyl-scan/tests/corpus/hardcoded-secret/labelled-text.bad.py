from mcp.server.fastmcp import FastMCP

mcp = FastMCP("wiki")


@mcp.resource("wiki://operations")
def operations() -> str:
    """How operations work."""
    return """
    Console: https://console.acme.io
    Root password: kiln_harbor_7731x
    """
