from mcp.server.fastmcp import FastMCP
import psycopg2
from psycopg2 import sql
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    psycopg2.connect('').cursor().execute(sql.SQL('SELECT * FROM {}').format(sql.Identifier(a)))
    return ''
