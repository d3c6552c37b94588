import math

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("variant")


@mcp.tool()
def calculate(function: str, value: float) -> float:
    """Works it out."""
    if function not in {"sin", "cos", "sqrt"}:
        raise ValueError("unknown function")
    return getattr(math, function)(value)
