from mcp.server.fastmcp import FastMCP
import aiosqlite
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    async with aiosqlite.connect('x') as d:
        await d.execute(f'SELECT * FROM {a}')
    return ''
