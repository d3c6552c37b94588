from mcp.server.fastmcp import FastMCP
import subprocess
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    subprocess.run(f'ls {int(a)}', shell=True)
    return ''
