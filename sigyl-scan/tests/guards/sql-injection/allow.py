from mcp.server.fastmcp import FastMCP
import sqlite3
C = ('a', 'b')
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    if a not in C:
        raise ValueError('no')
    sqlite3.connect('x').execute(f'SELECT * FROM t ORDER BY {a}')
    return ''
