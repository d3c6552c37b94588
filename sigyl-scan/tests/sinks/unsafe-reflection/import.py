from mcp.server.fastmcp import FastMCP
import importlib
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    importlib.import_module(a)
    return ''
