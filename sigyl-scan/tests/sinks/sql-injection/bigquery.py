from mcp.server.fastmcp import FastMCP
from google.cloud import bigquery
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    bigquery.Client().query(f'SELECT * FROM {a}')
    return ''
