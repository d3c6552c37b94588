from mcp.server.fastmcp import FastMCP
import sqlite3, re
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    if not re.match(r'^[A-Za-z_][A-Za-z0-9_]*$', a):
        raise ValueError('no')
    sqlite3.connect('x').execute(f'SELECT * FROM "{a}"')
    return ''
