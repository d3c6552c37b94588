from mcp.server.fastmcp import FastMCP
from reportlab.pdfgen import canvas
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    canvas.Canvas(f'/srv/{a}').save()
    return ''
