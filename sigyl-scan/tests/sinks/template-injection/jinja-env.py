from mcp.server.fastmcp import FastMCP
from jinja2 import Environment
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    Environment().from_string(a).render()
    return ''
