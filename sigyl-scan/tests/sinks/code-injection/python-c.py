from mcp.server.fastmcp import FastMCP
import subprocess, sys
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    subprocess.run([sys.executable, '-c', f'print({a})'])
    return ''
