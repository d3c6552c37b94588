from mcp.server.fastmcp import FastMCP
import fitz
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    fitz.open(f'/srv/{a}')
    return ''
