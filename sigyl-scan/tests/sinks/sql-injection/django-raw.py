from mcp.server.fastmcp import FastMCP
from django.db import connection
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    with connection.cursor() as c:
        c.execute(f'SELECT * FROM {a}')
    return ''
