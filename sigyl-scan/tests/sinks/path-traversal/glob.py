from mcp.server.fastmcp import FastMCP
import glob
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    glob.glob(f'/srv/{a}/*')
    return ''
