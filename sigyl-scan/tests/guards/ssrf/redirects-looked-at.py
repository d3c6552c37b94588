import ipaddress
import socket
from urllib.parse import urlparse

import httpx
import requests

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("pages")


def check(url):
    for found in socket.getaddrinfo(urlparse(url).hostname, None):
        if not ipaddress.ip_address(found[4][0]).is_global:
            raise ValueError("address not allowed")


async def check_request(request):
    check(str(request.url))


@mcp.tool()
def plain(url: str) -> str:
    check(url)
    return requests.get(url, timeout=10, allow_redirects=False).text


@mcp.tool()
async def hooked(url: str) -> str:
    check(url)
    async with httpx.AsyncClient(follow_redirects=True, event_hooks={"request": [check_request]}) as client:
        return (await client.get(url)).text
