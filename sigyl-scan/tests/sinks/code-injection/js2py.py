from mcp.server.fastmcp import FastMCP
import js2py
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    js2py.eval_js(a)
    return ''
