from mcp.server.fastmcp import FastMCP
import subprocess
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    subprocess.run(['bash', '-c', f'ls {a}'])
    return ''
