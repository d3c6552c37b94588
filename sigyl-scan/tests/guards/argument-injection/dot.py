from mcp.server.fastmcp import FastMCP
import subprocess
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    subprocess.run(['git', 'add', './' + a])
    return ''
