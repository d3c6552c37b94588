from mcp.server.fastmcp import FastMCP
import sqlite3
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    t = a.replace('"', '""')
    sqlite3.connect('x').execute(f'SELECT * FROM "{t}"')
    return ''
