from mcp.server.fastmcp import FastMCP
from IPython.core.interactiveshell import InteractiveShell
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    InteractiveShell.instance().run_cell(a)
    return ''
