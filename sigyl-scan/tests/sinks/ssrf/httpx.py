from mcp.server.fastmcp import FastMCP
import httpx
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    httpx.get(a)
    return ''
