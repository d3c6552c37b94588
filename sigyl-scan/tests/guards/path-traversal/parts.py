from mcp.server.fastmcp import FastMCP
import os
from pathlib import Path
ROOT = Path('/srv/data').resolve()

mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    p = Path(a)
    if p.is_absolute() or '..' in p.parts:
        raise ValueError('no')
    (ROOT / p).read_text()
    return ''
