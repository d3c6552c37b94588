import httpx
from fastmcp import FastMCP
mcp = FastMCP("notes")
client = httpx.AsyncClient(base_url="https://api.example.com")
@mcp.tool()
async def get(user: str) -> str:
    """Get."""
    return (await client.get(f"/users/{user}")).text
