from mcp.server.fastmcp import FastMCP
from crawl4ai import AsyncWebCrawler
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    async with AsyncWebCrawler() as c:
        await c.arun(url=a)
    return ''
