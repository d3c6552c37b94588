import re

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("ledger")
CELL = re.compile(r"\b([A-Z]+)(\d+)\b")
SUM = re.compile(r"[0-9. +]{1,80}")
cells = {"A1": 4.0}


@mcp.tool()
def total(expression: str) -> float:
    """Adds up numbers and cells."""
    text = CELL.sub(lambda match: repr(cells.get(match[0], 0)), expression)
    if not SUM.fullmatch(text):
        raise ValueError("only sums can be worked out")
    return sum(float(part) for part in text.split("+"))
