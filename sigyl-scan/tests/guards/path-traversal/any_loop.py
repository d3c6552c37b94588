from mcp.server.fastmcp import FastMCP
import os
from pathlib import Path
ROOT = Path('/srv/data').resolve()
ROOTS = [Path('/a').resolve(), Path('/b').resolve()]
def check(a):
    p = Path(a).expanduser().resolve()
    for r in ROOTS:
        if p == r or r in p.parents:
            return p
    raise ValueError('no')

mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    check(a).read_text()
    return ''
