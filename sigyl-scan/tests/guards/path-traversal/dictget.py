from mcp.server.fastmcp import FastMCP
import os
from pathlib import Path
ROOT = Path('/srv/data').resolve()
FILES = {'a': 'a.txt'}
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    f = FILES.get(a)
    if f is None:
        return 'no'
    (ROOT / f).read_text()
    return ''
