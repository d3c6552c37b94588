from mcp.server.fastmcp import FastMCP
import execjs
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    execjs.eval(a)
    return ''
