import asyncio
import ipaddress
import socket
from urllib.parse import urlsplit

import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("pages")


async def refuse_private(url: str) -> None:
    parts = urlsplit(url)
    found = await asyncio.get_running_loop().getaddrinfo(parts.hostname, 443, type=socket.SOCK_STREAM)
    for *_, address in found:
        ip = ipaddress.ip_address(address[0].split("%")[0])
        if not ip.is_global:
            raise ValueError("only public addresses can be read")


@mcp.tool()
async def read(url: str) -> str:
    """Reads a page."""
    async with httpx.AsyncClient(follow_redirects=False) as client:
        await refuse_private(url)
        return (await client.get(url)).text
