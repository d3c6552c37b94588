from mcp.server.fastmcp import FastMCP
import cloudscraper
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    cloudscraper.create_scraper().get(a)
    return ''
