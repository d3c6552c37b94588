from mcp.server.fastmcp import FastMCP
import feedparser
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    feedparser.parse(a)
    return ''
