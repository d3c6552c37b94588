import ast

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("recipes")
PLAIN = (ast.Module, ast.Assign, ast.Name, ast.Store, ast.Load, ast.Constant, ast.BinOp, ast.Add, ast.Mult)


@mcp.tool()
def run_recipe(steps: str) -> dict:
    """Runs the steps of a recipe, and gives the amounts that they set."""
    tree = ast.parse(steps)
    for node in ast.walk(tree):
        if not isinstance(node, PLAIN):
            raise ValueError("a step sets an amount")
    amounts: dict = {}
    exec(compile(tree, "recipe", "exec"), {"__builtins__": {}}, amounts)
    return amounts
