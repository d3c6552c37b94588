from mcp.server.fastmcp import FastMCP
import subprocess
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    cmd = ['rg']
    cmd.extend([a, '.'])
    subprocess.run(cmd)
    return ''
