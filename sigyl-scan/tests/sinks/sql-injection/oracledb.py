from mcp.server.fastmcp import FastMCP
import oracledb
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    oracledb.connect().cursor().execute(f'SELECT * FROM {a}')
    return ''
