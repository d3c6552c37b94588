from mcp.server.fastmcp import FastMCP
from invoke import Context
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    Context().run(f'ls {a}')
    return ''
