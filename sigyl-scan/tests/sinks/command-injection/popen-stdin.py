from mcp.server.fastmcp import FastMCP
import subprocess
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    p = subprocess.Popen(['bash'], stdin=subprocess.PIPE, text=True)
    p.communicate(f'ls {a}')
    return ''
