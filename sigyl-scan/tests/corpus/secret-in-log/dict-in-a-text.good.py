import logging
import os

import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("orders")
logger = logging.getLogger(__name__)


def request_headers() -> dict[str, str]:
    key = os.environ["ORDERS_KEY"]
    return {"accept": "application/json", "authorization": f"Bearer {key}"}


@mcp.tool()
async def orders(customer: int) -> str:
    """Lists the orders of a customer."""
    headers = request_headers()
    logger.debug(f"asking with {sorted(headers.keys())}")
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"https://orders.example.com/customers/{customer}", headers=headers)
    return answer.text
