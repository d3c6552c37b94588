from mcp.server.fastmcp import FastMCP
import aiohttp
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    async with aiohttp.ClientSession() as s:
        async with s.get(a) as r:
            await r.text()
    return ''
