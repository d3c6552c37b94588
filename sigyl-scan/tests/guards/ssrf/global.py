from mcp.server.fastmcp import FastMCP
import httpx, ipaddress, socket
from urllib.parse import urlparse
def ok(u):
    try:
        infos = socket.getaddrinfo(urlparse(u).hostname, None)
    except socket.gaierror:
        return False
    return all(ipaddress.ip_address(i[4][0]).is_global for i in infos)

mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    if not ok(a):
        return 'no'
    httpx.get(a, follow_redirects=False)
    return ''
