from mcp.server.fastmcp import FastMCP
import sqlite3
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    d = 'DESC' if a.upper() == 'DESC' else 'ASC'
    sqlite3.connect('x').execute(f'SELECT * FROM t ORDER BY x {d}')
    return ''
