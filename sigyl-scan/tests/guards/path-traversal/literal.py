from mcp.server.fastmcp import FastMCP
import os
from pathlib import Path
ROOT = Path('/srv/data').resolve()
from typing import get_args, Literal
N = Literal['a', 'b']

mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    if a not in get_args(N):
        raise ValueError('no')
    (ROOT / a).read_text()
    return ''
