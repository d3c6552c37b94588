import ast
import math
import operator

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("calculator")
NAMES = {name: getattr(math, name) for name in dir(math) if not name.startswith("_")}


OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def value_of(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return node.value
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return OPERATORS[type(node.op)](value_of(node.left), value_of(node.right))
    raise ValueError("not arithmetic")


@mcp.tool()
def calculate(expression: str) -> str:
    """Evaluates a mathematical expression."""
    cleaned = expression.replace("^", "**").strip()
    try:
        return str(value_of(ast.parse(cleaned, mode="eval").body))
    except Exception as error:
        return f"error: {error}"
