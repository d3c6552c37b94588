from mcp.server.fastmcp import FastMCP
from jupyter_client import KernelManager
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    k = KernelManager()
    k.start_kernel()
    k.client().execute(f'x = {a}')
    return ''
