from urllib.parse import urlsplit

import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("feeds")
client = httpx.AsyncClient(timeout=9)
KNOWN = {"news.example.org", "blog.example.org"}


@mcp.tool()
async def read(address: str) -> str:
    if urlsplit(address).hostname not in KNOWN:
        raise ValueError("unknown feed")
    request = client.build_request("GET", address, headers={"Accept": "application/rss+xml"})
    answer = await client.send(request, stream=True)
    return (await answer.aread()).decode()
