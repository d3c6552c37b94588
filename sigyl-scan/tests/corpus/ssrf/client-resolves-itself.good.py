import ipaddress
import socket

import aiohttp
from aiohttp.abc import AbstractResolver
from aiohttp.resolver import DefaultResolver
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("feeds")


class PublicResolver(AbstractResolver):
    def __init__(self) -> None:
        self._inner = DefaultResolver()

    async def resolve(self, host, port=0, family=socket.AF_INET):
        found = await self._inner.resolve(host, port, family)
        for entry in found:
            if not ipaddress.ip_address(entry["host"]).is_global:
                raise OSError("not a public host")
        return found

    async def close(self) -> None:
        await self._inner.close()


@mcp.tool()
async def read(url: str) -> str:
    """Reads a feed."""
    connector = aiohttp.TCPConnector(resolver=PublicResolver(), use_dns_cache=False)
    async with aiohttp.ClientSession(connector=connector) as session:
        async with session.get(url, allow_redirects=False) as answer:
            return await answer.text()
