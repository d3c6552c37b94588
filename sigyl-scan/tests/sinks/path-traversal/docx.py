from mcp.server.fastmcp import FastMCP
from docx import Document
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    Document().save(f'/srv/{a}')
    return ''
