from mcp.server.fastmcp import FastMCP
import psutil
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    psutil.Popen(f'ls {a}', shell=True)
    return ''
