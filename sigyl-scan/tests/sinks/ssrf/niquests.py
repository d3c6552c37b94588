from mcp.server.fastmcp import FastMCP
import niquests
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    niquests.get(a)
    return ''
