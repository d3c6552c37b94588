from mcp.server.fastmcp import FastMCP
import shutil
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    shutil.move('/srv/x', f'/srv/{a}')
    return ''
