from mcp.server.fastmcp import FastMCP
import openpyxl
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    openpyxl.load_workbook(f'/srv/{a}')
    return ''
