from mcp.server.fastmcp import FastMCP
import psycopg2
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    c = psycopg2.connect('').cursor()
    c.execute('SELECT * FROM ' + a)
    return ''
