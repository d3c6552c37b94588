from mcp.server.fastmcp import FastMCP
import os
from pathlib import Path
ROOT = Path('/srv/data').resolve()
ROOTS = [Path('/a').resolve(), Path('/b').resolve()]
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    p = Path(a).resolve()
    if not any(p.is_relative_to(r) for r in ROOTS):
        raise ValueError('no')
    p.read_text()
    return ''
