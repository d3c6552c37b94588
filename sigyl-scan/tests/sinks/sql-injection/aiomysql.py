from mcp.server.fastmcp import FastMCP
import aiomysql
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    p = await aiomysql.create_pool()
    async with p.acquire() as c:
        async with c.cursor() as k:
            await k.execute(f'SELECT * FROM {a}')
    return ''
