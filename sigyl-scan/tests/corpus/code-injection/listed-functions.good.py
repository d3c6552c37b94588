import ast
import math

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("surveyor")
KNOWN = {"sqrt": math.sqrt, "hypot": math.hypot, "radians": math.radians}
PLAIN = (ast.Expression, ast.BinOp, ast.UnaryOp, ast.Constant, ast.Name, ast.Load, ast.operator, ast.unaryop)


def refuse_unknown(tree: ast.AST) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if not isinstance(node.func, ast.Name) or node.func.id not in KNOWN:
                raise ValueError("only the functions of the handbook")
        elif not isinstance(node, PLAIN):
            raise ValueError("no formula")


@mcp.tool()
def measure(formula: str) -> float:
    """Works out a formula with the functions of the handbook."""
    tree = ast.parse(formula, mode="eval")
    refuse_unknown(tree)
    return eval(compile(tree, "formula", "eval"), {"__builtins__": {}}, KNOWN)
