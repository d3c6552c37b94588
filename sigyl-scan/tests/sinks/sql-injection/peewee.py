from mcp.server.fastmcp import FastMCP
from peewee import SqliteDatabase
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    SqliteDatabase('x').execute_sql(f'SELECT * FROM {a}')
    return ''
