import httpx
from fastmcp import FastMCP
from fastmcp.server.dependencies import get_http_request
mcp = FastMCP("notes")
@mcp.tool()
async def me() -> str:
    """Me."""
    request = get_http_request()
    async with httpx.AsyncClient(headers={"Authorization": request.headers.get("Authorization")}) as client:
        return (await client.get("https://api.example.com/me")).text
