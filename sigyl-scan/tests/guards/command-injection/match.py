from mcp.server.fastmcp import FastMCP
import subprocess
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    match a:
        case 'x' | 'y':
            subprocess.run(f'ls {a}', shell=True)
        case _:
            raise ValueError('no')
    return ''
