from mcp.server.fastmcp import FastMCP
import shelve
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    shelve.open(a)
    return ''
