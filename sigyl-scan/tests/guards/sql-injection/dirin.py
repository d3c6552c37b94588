from mcp.server.fastmcp import FastMCP
import sqlite3
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    if a.upper() not in ('ASC', 'DESC'):
        a = 'ASC'
    sqlite3.connect('x').execute(f'SELECT * FROM t ORDER BY x {a}')
    return ''
