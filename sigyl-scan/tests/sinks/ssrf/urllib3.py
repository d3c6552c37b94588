from mcp.server.fastmcp import FastMCP
import urllib3
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    urllib3.PoolManager().request('GET', a)
    return ''
