import ipaddress
import socket

import requests
from mcp.server.fastmcp import FastMCP
from requests.adapters import HTTPAdapter

mcp = FastMCP("previews")


class OutsideAdapter(HTTPAdapter):
    def send(self, request, **kwargs):
        host = requests.utils.urlparse(request.url).hostname
        for *_, address in socket.getaddrinfo(host, None):
            if not ipaddress.ip_address(address[0]).is_global:
                raise requests.ConnectionError(host)
        return super().send(request, **kwargs)


def client() -> requests.Session:
    session = requests.Session()
    session.mount("https://", OutsideAdapter())
    session.mount("http://", OutsideAdapter())
    return session


@mcp.tool()
def preview(address: str) -> str:
    """Shows the beginning of a page."""
    return client().get(address, timeout=10).text[:500]
