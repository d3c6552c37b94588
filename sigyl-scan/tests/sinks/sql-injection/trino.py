from mcp.server.fastmcp import FastMCP
import trino
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    trino.dbapi.connect().cursor().execute(f'SELECT * FROM {a}')
    return ''
