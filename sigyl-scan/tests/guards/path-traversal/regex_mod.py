from mcp.server.fastmcp import FastMCP
import os
from pathlib import Path
ROOT = Path('/srv/data').resolve()
import re
NAME = re.compile(r'^[\w-]+$')
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    if NAME.match(a) is None:
        return 'no'
    (ROOT / f'{a}.txt').read_text()
    return ''
