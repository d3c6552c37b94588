from mcp.server.fastmcp import FastMCP
from pptx import Presentation
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    Presentation().save(f'/srv/{a}')
    return ''
