from mcp.server.fastmcp import FastMCP
import os
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    for x in os.walk(f'/srv/{a}'):
        pass
    return ''
