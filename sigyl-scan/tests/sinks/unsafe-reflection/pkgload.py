from mcp.server.fastmcp import FastMCP
from importlib.util import spec_from_file_location
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    spec_from_file_location('x', a)
    return ''
