from mcp.server.fastmcp import FastMCP
import functools, subprocess
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    run = functools.partial(subprocess.run, shell=True)
    run(f'ls {a}')
    return ''
