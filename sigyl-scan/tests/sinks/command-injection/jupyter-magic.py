from mcp.server.fastmcp import FastMCP
from IPython import get_ipython
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    get_ipython().system(f'ls {a}')
    return ''
