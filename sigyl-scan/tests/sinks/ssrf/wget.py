from mcp.server.fastmcp import FastMCP
import wget
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    wget.download(a)
    return ''
