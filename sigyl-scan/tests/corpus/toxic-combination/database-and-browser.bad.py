import asyncpg
from playwright.async_api import async_playwright
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("research")


@mcp.tool()
async def open_page(url: str) -> str:
    """Opens a page."""
    async with async_playwright() as p:
        browser = await p.chromium.launch()
        page = await browser.new_page()
        await page.goto(url)
        return await page.content()


@mcp.tool()
async def orders(customer: int) -> list:
    """Orders of a customer."""
    connection = await asyncpg.connect(dsn="postgresql://db/shop")
    return await connection.fetch("select * from orders where customer = $1", customer)
