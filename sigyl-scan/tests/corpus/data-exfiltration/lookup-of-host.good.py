import os
import socket
from urllib.parse import urlparse

import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("images")
TOKEN = os.environ["IMAGES_TOKEN"]


def check(url: str) -> None:
    host = urlparse(url).hostname
    for info in socket.getaddrinfo(host, None):
        if info[4][0].startswith("10."):
            raise ValueError("private address")


@mcp.tool()
def picture(name: str) -> bytes:
    """A picture by name."""
    found = httpx.get("https://api.images.acme.io/v1", params={"name": name, "token": TOKEN}).json()
    url = f"{found['base']}?signature={TOKEN}"
    check(url)
    return httpx.get(url).content
