from decimal import Decimal

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("currency")
EUROS = {"EUR": Decimal(1), "USD": Decimal("0.92"), "GBP": Decimal("1.17"), "CHF": Decimal("1.04")}


@mcp.tool()
def convert(amount: str, source: str, target: str) -> str:
    """Converts an amount of money at fixed sample rates."""
    return str(Decimal(amount) * EUROS[source] / EUROS[target])


if __name__ == "__main__":
    mcp.run()
