from mcp.server.fastmcp import FastMCP
import httpx
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    if not a.startswith('https://x.org/'):
        raise ValueError('no')
    httpx.get(a)
    return ''
