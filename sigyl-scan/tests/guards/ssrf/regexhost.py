from mcp.server.fastmcp import FastMCP
import httpx, re
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    if not re.match(r'^https://(www\.)?x\.org/', a):
        raise ValueError('no')
    httpx.get(a)
    return ''
