import httpx
from fastmcp import FastMCP
mcp = FastMCP("notes")
@mcp.tool()
async def get(user: str) -> str:
    """Get."""
    async with httpx.AsyncClient() as client:
        return (await client.get("https://api.example.com/users", params={"user": user})).text
