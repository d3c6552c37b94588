from mcp.server.fastmcp import FastMCP
import subprocess
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    if a.startswith('-'):
        raise ValueError('no')
    subprocess.run(['git', 'log', a])
    return ''
