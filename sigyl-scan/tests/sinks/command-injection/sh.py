from mcp.server.fastmcp import FastMCP
import sh
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    sh.bash('-c', f'ls {a}')
    return ''
