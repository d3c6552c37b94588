import math

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("variant")


@mcp.tool()
def calculate(function: str, value: float) -> float:
    """Works it out."""
    return getattr(math, function)(value)
