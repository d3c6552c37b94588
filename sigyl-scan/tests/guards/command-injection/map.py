from mcp.server.fastmcp import FastMCP
import subprocess
M = {'a': 'ls'}
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    subprocess.run(M[a], shell=True)
    return ''
