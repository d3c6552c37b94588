from mcp.server.fastmcp import FastMCP
import mysql.connector
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    mysql.connector.connect().cursor().execute(f'SELECT {a}')
    return ''
