from mcp.server.fastmcp import FastMCP
from scrapling.fetchers import Fetcher
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    Fetcher.get(a)
    return ''
