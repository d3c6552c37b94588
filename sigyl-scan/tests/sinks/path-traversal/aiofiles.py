from mcp.server.fastmcp import FastMCP
import aiofiles
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    async with aiofiles.open(f'/srv/{a}') as f:
        await f.read()
    return ''
