from urllib.parse import urlsplit

import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("pages")


@mcp.tool()
def page(url: str) -> str:
    parts = urlsplit(url)
    if not f"{parts.scheme}://{parts.netloc}".startswith("https://docs.example.org"):
        raise ValueError("this page is not ours")
    return httpx.get(url).text
