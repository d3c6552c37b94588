from mcp.server.fastmcp import FastMCP
from tornado.template import Template
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    Template(a).generate()
    return ''
