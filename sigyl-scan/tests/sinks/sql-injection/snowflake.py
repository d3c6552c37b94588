from mcp.server.fastmcp import FastMCP
import snowflake.connector
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    snowflake.connector.connect().cursor().execute(f'SELECT * FROM {a}')
    return ''
