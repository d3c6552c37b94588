from mcp.server.fastmcp import FastMCP
from sympy import sympify
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    sympify(a)
    return ''
