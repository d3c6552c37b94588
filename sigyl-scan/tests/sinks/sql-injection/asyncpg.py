from mcp.server.fastmcp import FastMCP
import asyncpg
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    c = await asyncpg.connect('')
    await c.fetch(f'SELECT * FROM {a}')
    return ''
