import ipaddress
import socket
from urllib.parse import urlparse

import requests

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("pages")


def check(host):
    for found in socket.getaddrinfo(host, None):
        if not ipaddress.ip_address(found[4][0]).is_global:
            raise ValueError(host)


@mcp.tool()
def page(url: str) -> str:
    check(urlparse(url).hostname)
    return requests.get(url).text
