from mcp.server.fastmcp import FastMCP
import shutil
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    shutil.rmtree(f'/srv/{a}')
    return ''
