import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("feeds")
client = httpx.AsyncClient(timeout=9)


@mcp.tool()
async def read(address: str) -> str:
    request = client.build_request("GET", address, headers={"Accept": "application/rss+xml"})
    answer = await client.send(request, stream=True)
    return (await answer.aread()).decode()
