from mcp.server.fastmcp import FastMCP
import sqlite3
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    where = []
    args = []
    if a:
        where.append('a = ?')
        args.append(a)
    sql = 'SELECT * FROM t'
    if where:
        sql += ' WHERE ' + ' AND '.join(where)
    sqlite3.connect('x').execute(sql, args)
    return ''
