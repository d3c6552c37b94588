from urllib.parse import quote

import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("forum")
BASE_URL = "https://forum.example.com"


def _get(path: str, **params):
    response = requests.get(BASE_URL + path, params=params, timeout=15)
    response.raise_for_status()
    return response.json()


@mcp.tool()
def topic(slug: str) -> dict:
    """A topic by its slug."""
    return _get(f"/t/{quote(slug, safe='')}.json")


@mcp.tool()
def search(term: str) -> dict:
    """Full text search."""
    return _get("/search.json", q=term)
