from mcp.server.fastmcp import FastMCP
import asyncpg
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    p = await asyncpg.create_pool('')
    async with p.acquire() as c:
        await c.execute(f'SELECT * FROM {a}')
    return ''
