from mcp.server.fastmcp import FastMCP
from sympy.parsing.sympy_parser import parse_expr
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    parse_expr(a)
    return ''
