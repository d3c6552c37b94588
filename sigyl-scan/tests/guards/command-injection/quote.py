from mcp.server.fastmcp import FastMCP
import shlex, subprocess
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    subprocess.run(f'ls {shlex.quote(a)}', shell=True)
    return ''
