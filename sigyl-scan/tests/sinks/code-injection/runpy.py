from mcp.server.fastmcp import FastMCP
import runpy
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    runpy.run_path(a)
    return ''
