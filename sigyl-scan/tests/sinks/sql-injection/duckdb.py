from mcp.server.fastmcp import FastMCP
import duckdb
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    duckdb.sql(f'SELECT * FROM {a}')
    return ''
