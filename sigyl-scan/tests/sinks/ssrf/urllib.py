from mcp.server.fastmcp import FastMCP
import urllib.request
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    urllib.request.urlopen(a)
    return ''
