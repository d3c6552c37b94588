import ast

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("price-list")


class Terms(ast.NodeVisitor):
    PLAIN = (ast.Expression, ast.BinOp, ast.Constant, ast.Name, ast.Load, ast.operator)
    NAMES = {"min", "max", "round"}

    def visit_Call(self, node: ast.Call) -> None:
        if getattr(node.func, "id", None) not in self.NAMES:
            raise ValueError("no such function")
        for argument in node.args:
            self.visit(argument)

    def generic_visit(self, node: ast.AST) -> None:
        if not isinstance(node, self.PLAIN):
            raise ValueError("no term")
        super().generic_visit(node)


@mcp.tool()
def price(term: str) -> float:
    """Works out a price."""
    tree = ast.parse(term, mode="eval")
    Terms().visit(tree)
    return eval(compile(tree, "term", "eval"))
