from mcp.server.fastmcp import FastMCP
import linecache
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    linecache.getlines(f'/srv/{a}')
    return ''
