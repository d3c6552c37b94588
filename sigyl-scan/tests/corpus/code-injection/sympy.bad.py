from mcp.server.fastmcp import FastMCP
from sympy import simplify
from sympy.parsing.sympy_parser import parse_expr

mcp = FastMCP("algebra")


@mcp.tool()
def simplified(expression: str) -> str:
    """Simplifies an expression."""
    return str(simplify(parse_expr(expression)))
