from mcp.server.fastmcp import FastMCP
from weasyprint import HTML
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    HTML(string='x').write_pdf(f'/srv/{a}')
    return ''
