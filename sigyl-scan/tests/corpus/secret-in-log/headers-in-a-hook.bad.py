import logging

import httpx
from mcp.server.fastmcp import FastMCP

log = logging.getLogger("feed")
mcp = FastMCP("feed")


async def trace(request: httpx.Request) -> None:
    log.info("%s %s headers=%s", request.method, request.url, dict(request.headers))


@mcp.tool()
async def latest(topic: str) -> str:
    """Reads the latest entries of a topic."""
    async with httpx.AsyncClient(base_url="https://feed.example", event_hooks={"request": [trace]}) as client:
        response = await client.get("/latest", params={"topic": topic})
    return response.text
