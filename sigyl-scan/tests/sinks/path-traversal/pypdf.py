from mcp.server.fastmcp import FastMCP
from pypdf import PdfReader
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    PdfReader(f'/srv/{a}')
    return ''
