from mcp.server.fastmcp import FastMCP
import fileinput
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    fileinput.input(f'/srv/{a}')
    return ''
