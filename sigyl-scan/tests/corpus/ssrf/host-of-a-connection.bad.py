import http.client

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("buoys")


@mcp.tool()
def state(buoy: str) -> str:
    """Ask a buoy for its state."""
    link = http.client.HTTPSConnection(buoy)
    link.request("GET", "/state")
    return link.getresponse().read().decode()
