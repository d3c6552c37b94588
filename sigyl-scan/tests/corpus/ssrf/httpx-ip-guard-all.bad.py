import ipaddress
import socket
from urllib.parse import urlparse

import httpx
from fastmcp import FastMCP

mcp = FastMCP("link-checker")


def _is_public(host: str) -> bool:
    try:
        infos = socket.getaddrinfo(host, None)
    except socket.gaierror:
        return False
    return len(infos) > 0


@mcp.tool
async def check_link(url: str) -> int:
    """Status of a link."""
    parsed = urlparse(url)
    if parsed.scheme not in ("http", "https") or not parsed.hostname:
        raise ValueError("not a link")
    if not _is_public(parsed.hostname):
        raise ValueError("not a public host")
    async with httpx.AsyncClient(follow_redirects=False) as client:
        response = await client.head(url)
        return response.status_code
