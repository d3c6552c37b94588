from mcp.server.fastmcp import FastMCP
from fabric import Connection
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    Connection('h').run(f'ls {a}')
    return ''
