from mcp.server.fastmcp import FastMCP
import pdfplumber
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    pdfplumber.open(f'/srv/{a}')
    return ''
