import logging
import os

import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("maps")
log = logging.getLogger("maps")
KEY = os.environ["MAPS_API_KEY"]


@mcp.tool()
async def geocode(address: str) -> dict:
    """Finds the coordinates of an address."""
    url = "https://maps.example.net/geocode?format=json"
    log.debug("GET %s", url)
    async with httpx.AsyncClient() as client:
        answer = await client.get(url, params={"q": address, "key": KEY})
    return answer.json()
