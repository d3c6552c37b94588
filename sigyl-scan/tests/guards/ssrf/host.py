from mcp.server.fastmcp import FastMCP
import httpx
from urllib.parse import urlparse
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    if urlparse(a).hostname not in {'x.org', 'y.org'}:
        raise ValueError('no')
    httpx.get(a)
    return ''
