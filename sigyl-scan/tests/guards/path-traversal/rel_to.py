from mcp.server.fastmcp import FastMCP
import os
from pathlib import Path
ROOT = Path('/srv/data').resolve()

mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    p = (ROOT / a).resolve()
    if not p.is_relative_to(ROOT):
        raise ValueError('no')
    p.read_text()
    return ''
