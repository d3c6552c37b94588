from mcp.server.fastmcp import FastMCP
import os, subprocess
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    subprocess.run(['git', 'add', os.path.abspath(a)])
    return ''
