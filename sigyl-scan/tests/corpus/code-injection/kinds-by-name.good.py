import ast

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("recipes")
KINDS = {"Expression", "BinOp", "UnaryOp", "Constant", "Add", "Sub", "Mult", "Div", "USub"}


@mcp.tool()
def amount(term: str) -> float:
    """Works out a term of numbers."""
    tree = ast.parse(term, mode="eval")
    unknown = [node for node in ast.walk(tree) if type(node).__name__ not in KINDS]
    if unknown:
        raise ValueError("a term of numbers, please")
    return eval(compile(tree, "term", "eval"))
