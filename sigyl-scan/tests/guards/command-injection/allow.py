from mcp.server.fastmcp import FastMCP
import subprocess
OK = {'a', 'b'}
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    if a not in OK:
        return 'no'
    subprocess.run(f'ls {a}', shell=True)
    return ''
