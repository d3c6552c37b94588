from mcp.server.fastmcp import FastMCP
import sqlite3
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    if not a.isidentifier():
        raise ValueError('no')
    sqlite3.connect('x').execute(f'SELECT * FROM {a}')
    return ''
