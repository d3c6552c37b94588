from mcp.server.fastmcp import FastMCP
import pymysql
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    pymysql.connect().cursor().execute('SELECT %s' % a)
    return ''
