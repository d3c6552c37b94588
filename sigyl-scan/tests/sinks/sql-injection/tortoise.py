from mcp.server.fastmcp import FastMCP
from tortoise import connections
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    await connections.get('default').execute_query(f'SELECT * FROM {a}')
    return ''
