import re

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("ledger")
CELL = re.compile(r"\b([A-Z]+)(\d+)\b")
cells = {"A1": 4.0}


@mcp.tool()
def total(expression: str) -> float:
    """Works an expression out that names cells."""
    text = CELL.sub(lambda match: repr(cells.get(match[0], 0)), expression)
    return float(eval(text, {"__builtins__": {}}))
