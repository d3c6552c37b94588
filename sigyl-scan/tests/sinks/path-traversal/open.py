from mcp.server.fastmcp import FastMCP
import os
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    open(os.path.join('/srv', a)).read()
    return ''
