from mcp.server.fastmcp import FastMCP
import sqlite3
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    ids = a.split(',')
    marks = ','.join('?' for _ in ids)
    sqlite3.connect('x').execute(f'SELECT * FROM t WHERE i IN ({marks})', ids)
    return ''
