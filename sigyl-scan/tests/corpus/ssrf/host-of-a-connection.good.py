import http.client

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("buoys")
KNOWN = {"north.buoys.example.org", "south.buoys.example.org"}


@mcp.tool()
def state(buoy: str) -> str:
    """Ask a buoy for its state."""
    if buoy not in KNOWN:
        raise ValueError("no such buoy")
    link = http.client.HTTPSConnection(buoy)
    link.request("GET", "/state")
    return link.getresponse().read().decode()
