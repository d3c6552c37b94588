from mcp.server.fastmcp import FastMCP
from pathlib import Path
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    list((Path('/srv') / a).iterdir())
    return ''
