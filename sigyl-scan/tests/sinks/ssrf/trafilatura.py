from mcp.server.fastmcp import FastMCP
import trafilatura
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    trafilatura.fetch_url(a)
    return ''
