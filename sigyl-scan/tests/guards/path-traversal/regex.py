from mcp.server.fastmcp import FastMCP
import os
from pathlib import Path
ROOT = Path('/srv/data').resolve()
import re
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    if not re.fullmatch(r'[A-Za-z0-9_-]+', a):
        raise ValueError('no')
    (ROOT / f'{a}.txt').read_text()
    return ''
