from urllib.parse import unquote

import httpx
from fastmcp import FastMCP

mcp = FastMCP("licenses")
BASE = "https://api.example.net/core/v2/rest"


def checked(path: str) -> str:
    for part in path.split("/"):
        plain = unquote(part)
        if plain in {".", ".."} or "/" in plain or "\\" in plain:
            raise ValueError("identifiers have no separators")
    return path


async def fetch(path: str) -> dict:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{BASE}{checked(path)}")
        return answer.json()


@mcp.tool()
async def show_product(number: str) -> dict:
    """Shows a product."""
    return await fetch(f"/product/{number}")
