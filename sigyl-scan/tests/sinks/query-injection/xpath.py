from mcp.server.fastmcp import FastMCP
from lxml import etree
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    etree.parse('x').xpath(f"//u[@n='{a}']")
    return ''
