from mcp.server.fastmcp import FastMCP
import anyio
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    await (anyio.Path('/srv') / a).read_text()
    return ''
