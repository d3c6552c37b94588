import math

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("calculator")
NAMES = {name: getattr(math, name) for name in dir(math) if not name.startswith("_")}


@mcp.tool()
def calculate(expression: str) -> str:
    """Evaluates a mathematical expression."""
    cleaned = expression.replace("^", "**").strip()
    try:
        return str(eval(cleaned, {"__builtins__": {}}, NAMES))
    except Exception as error:
        return f"error: {error}"
