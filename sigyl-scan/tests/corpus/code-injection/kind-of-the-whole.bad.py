import ast

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("surveyor")


@mcp.tool()
def measure(formula: str) -> float:
    """Works out a formula."""
    tree = ast.parse(formula, mode="eval")
    if not isinstance(tree, ast.Expression):
        raise ValueError("an expression, please")
    return eval(compile(tree, "formula", "eval"))
