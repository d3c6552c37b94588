from mcp.server.fastmcp import FastMCP
import httpx
from urllib.parse import urlparse
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    h = urlparse(a).hostname or ''
    if h != 'x.org' and not h.endswith('.x.org'):
        raise ValueError('no')
    httpx.get(a)
    return ''
