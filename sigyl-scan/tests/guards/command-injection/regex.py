from mcp.server.fastmcp import FastMCP
import re, subprocess
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    if not re.fullmatch(r'[a-z0-9]+', a):
        raise ValueError('no')
    subprocess.run(f'ls {a}', shell=True)
    return ''
