from mcp.server.fastmcp import FastMCP
import numexpr
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    numexpr.evaluate(a)
    return ''
