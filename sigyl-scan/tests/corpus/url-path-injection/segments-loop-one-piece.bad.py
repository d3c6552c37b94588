import httpx
from fastmcp import FastMCP

mcp = FastMCP("licenses")
BASE = "https://api.example.net/core/v2/rest"


def checked(path: str) -> str:
    for part in path.split("/"):
        if part != ".." and "/" not in part:
            # The first good piece ends the search: the others are not looked at.
            break
    return path


@mcp.tool()
async def show_product(number: str) -> dict:
    """Shows a product."""
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{BASE}" + checked(f"/product/{number}"))
        return answer.json()
