from mcp.server.fastmcp import FastMCP
from playwright.async_api import async_playwright
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    async with async_playwright() as p:
        b = await p.chromium.launch()
        g = await b.new_page()
        await g.goto(a)
    return ''
