from urllib.parse import urlsplit

import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("pages")


@mcp.tool()
def page(url: str) -> str:
    parts = urlsplit(url)
    if f"{parts.scheme}://{parts.netloc}" not in {"https://docs.example.org", "https://wiki.example.org"}:
        raise ValueError("this page is not ours")
    return httpx.get(url).text
