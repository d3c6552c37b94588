from mcp.server.fastmcp import FastMCP
import httpx
M = {'a': 'https://x.org'}
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    httpx.get(M[a])
    return ''
