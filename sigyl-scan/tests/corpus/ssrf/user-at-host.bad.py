import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("mirror")
API = "https://mirror.example.com"


@mcp.tool()
async def mirror_file(path: str) -> str:
    """A file of the mirror."""
    url = API + path
    async with httpx.AsyncClient(follow_redirects=False) as client:
        response = await client.get(url)
    return response.text
