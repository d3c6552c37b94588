from mcp.server.fastmcp import FastMCP
from databricks import sql
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    sql.connect().cursor().execute(f'SELECT * FROM {a}')
    return ''
