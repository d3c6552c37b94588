import ipaddress
import socket
from urllib.parse import urljoin, urlparse

import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("pages")


def refuse_private(url: str) -> None:
    host = urlparse(url).hostname or ""
    for found in socket.getaddrinfo(host, None):
        if not ipaddress.ip_address(found[4][0]).is_global:
            raise ValueError("not a public address")


@mcp.tool()
async def page(url: str) -> str:
    """Reads a page."""
    current = url
    async with httpx.AsyncClient(follow_redirects=False) as client:
        for _ in range(5):
            refuse_private(current)
            answer = await client.get(current)
            target = answer.headers.get("location")
            if not target:
                return answer.text
            current = urljoin(current, target)
    return "too many redirects"
