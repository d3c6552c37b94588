import os

import aiohttp
import psycopg
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("people")


@mcp.tool()
async def salary_band(employee: str) -> list:
    """Salary band of an employee."""
    async with await psycopg.AsyncConnection.connect(os.environ["PEOPLE_DSN"]) as connection:
        cursor = await connection.execute("select band, since from salaries where employee = %s", (employee,))
        return await cursor.fetchall()


@mcp.tool()
async def probe(url: str, payload: str = "") -> str:
    """Checks that a form of the careers site answers."""
    timeout = aiohttp.ClientTimeout(total=10)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        async with session.post(url, data=payload) as answer:
            return f"{answer.status} {await answer.text()}"


if __name__ == "__main__":
    mcp.run()
