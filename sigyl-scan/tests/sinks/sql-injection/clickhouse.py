from mcp.server.fastmcp import FastMCP
import clickhouse_connect
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    clickhouse_connect.get_client().query(f'SELECT * FROM {a}')
    return ''
