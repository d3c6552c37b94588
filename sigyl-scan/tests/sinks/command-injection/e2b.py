from mcp.server.fastmcp import FastMCP
from e2b import Sandbox
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    Sandbox().commands.run(f'ls {a}')
    return ''
