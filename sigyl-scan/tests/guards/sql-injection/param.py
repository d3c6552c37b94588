from mcp.server.fastmcp import FastMCP
import sqlite3
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    sqlite3.connect('x').execute('SELECT * FROM t WHERE a = ?', (a,))
    return ''
