from mcp.server.fastmcp import FastMCP
import httpx, re
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    if not re.fullmatch(r'[a-z]{2}-[a-z]+-\d', a):
        raise ValueError('no')
    httpx.get(f'https://{a}.x.org/')
    return ''
