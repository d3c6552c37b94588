from mcp.server.fastmcp import FastMCP
import psycopg
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    with psycopg.connect('') as c:
        c.execute(f'SELECT {a}')
    return ''
