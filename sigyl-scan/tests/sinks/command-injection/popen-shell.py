from mcp.server.fastmcp import FastMCP
import subprocess
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    p = subprocess.Popen(f'ls {a}', shell=True, stdout=subprocess.PIPE)
    return ''
