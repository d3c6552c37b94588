import aiohttp
from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("files")


@mcp.tool()
async def files() -> str:
    """Files."""
    token = get_access_token()
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token.token}"}) as session:
        async with session.get("https://drive.acme.io/files") as answer:
            return await answer.text()
