import aiohttp
from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.fastmcp import FastMCP

from .vault import drive_token_of

mcp = FastMCP("files")


@mcp.tool()
async def files() -> str:
    """Files."""
    own = await drive_token_of(get_access_token().client_id)
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {own}"}) as session:
        async with session.get("https://drive.acme.io/files") as answer:
            return await answer.text()
