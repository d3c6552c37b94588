from mcp.server.fastmcp import FastMCP
import urllib.request
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    urllib.request.urlretrieve('https://x/y', f'/srv/{a}')
    return ''
