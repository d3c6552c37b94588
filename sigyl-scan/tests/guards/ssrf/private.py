from mcp.server.fastmcp import FastMCP
import httpx, ipaddress, socket
from urllib.parse import urlparse
def check(u):
    h = urlparse(u).hostname
    for i in socket.getaddrinfo(h, None):
        ip = ipaddress.ip_address(i[4][0])
        if ip.is_private or ip.is_loopback or ip.is_link_local or ip.is_reserved:
            raise ValueError('no')

mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    check(a)
    httpx.get(a, follow_redirects=False)
    return ''
