from mcp.server.fastmcp import FastMCP
import nbformat
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    nbformat.read(f'/srv/{a}', as_version=4)
    return ''
