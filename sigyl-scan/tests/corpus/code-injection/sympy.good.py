from mcp.server.fastmcp import FastMCP
import re

from sympy import simplify
from sympy.parsing.sympy_parser import parse_expr

mcp = FastMCP("algebra")


@mcp.tool()
def simplified(expression: str) -> str:
    """Simplifies an expression."""
    if not re.fullmatch(r"[0-9x+*/ -]{1,200}", expression):
        raise ValueError("numbers, x and + - * / only")
    return str(simplify(parse_expr(expression)))
