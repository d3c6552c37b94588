from mcp.server.fastmcp import FastMCP
import sqlite3
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    c = sqlite3.connect('x')
    names = [r[0] for r in c.execute('SELECT name FROM sqlite_master')]
    if a not in names:
        raise ValueError('no')
    c.execute(f'SELECT * FROM {a}')
    return ''
