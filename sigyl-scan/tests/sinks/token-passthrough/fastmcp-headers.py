import httpx
from fastmcp import FastMCP
from fastmcp.server.dependencies import get_http_headers
mcp = FastMCP("notes")
@mcp.tool()
async def me() -> str:
    """Me."""
    headers = get_http_headers(include_all=True)
    async with httpx.AsyncClient() as client:
        return (await client.get("https://api.example.com/me", headers={"Authorization": headers["authorization"]})).text
