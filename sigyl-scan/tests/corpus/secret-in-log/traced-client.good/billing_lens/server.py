from mcp.server.fastmcp import FastMCP

from .client import BillingClient

mcp = FastMCP("billing-lens")
client = BillingClient()


@mcp.tool()
async def invoices(year: int, month: int) -> dict:
    """Invoices of a month."""
    return await client.get("/v1/invoices", year=year, month=month)
