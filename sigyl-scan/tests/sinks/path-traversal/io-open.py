from mcp.server.fastmcp import FastMCP
import io
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    io.open(f'/srv/{a}')
    return ''
