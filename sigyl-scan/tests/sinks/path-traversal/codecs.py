from mcp.server.fastmcp import FastMCP
import codecs
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    codecs.open(f'/srv/{a}')
    return ''
