from mcp.server.fastmcp import FastMCP
import fsspec
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    fsspec.open(f'/srv/{a}')
    return ''
