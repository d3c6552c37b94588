from mcp.server.fastmcp import FastMCP
from pathlib import Path
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    Path('/srv').joinpath(a).write_text('x')
    return ''
