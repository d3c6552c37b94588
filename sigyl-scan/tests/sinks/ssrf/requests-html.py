from mcp.server.fastmcp import FastMCP
from requests_html import HTMLSession
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    HTMLSession().get(a)
    return ''
