import asyncpg
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("research")


@mcp.tool()
async def orders(customer: int) -> list:
    """Orders of a customer."""
    connection = await asyncpg.connect(dsn="postgresql://db/shop")
    return await connection.fetch("select * from orders where customer = $1", customer)
