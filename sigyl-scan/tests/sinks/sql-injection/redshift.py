from mcp.server.fastmcp import FastMCP
import redshift_connector
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    redshift_connector.connect().cursor().execute(f'SELECT * FROM {a}')
    return ''
