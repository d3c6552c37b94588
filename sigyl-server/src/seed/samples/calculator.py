from decimal import Decimal

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("calculator")


@mcp.tool()
def add(left: str, right: str) -> str:
    """Adds two decimal numbers without rounding."""
    return str(Decimal(left) + Decimal(right))


@mcp.tool()
def percent(part: str, whole: str) -> str:
    """Tells how many percent one number is of another."""
    return str(Decimal(part) * 100 / Decimal(whole))


if __name__ == "__main__":
    mcp.run()
