from mcp.server.fastmcp import FastMCP
from jinja2 import Template
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    Template(a).render()
    return ''
