from mcp.server.fastmcp import FastMCP
import os
from pathlib import Path
ROOT = Path('/srv/data').resolve()

mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    if not a.isalnum():
        raise ValueError('no')
    (ROOT / a).read_text()
    return ''
