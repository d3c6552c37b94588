from mcp.server.fastmcp import FastMCP
from newspaper import Article
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    Article(a).download()
    return ''
