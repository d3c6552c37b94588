from mcp.server.fastmcp import FastMCP
import os
from pathlib import Path
ROOT = Path('/srv/data').resolve()

mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    for p in ROOT.glob('*.txt'):
        if p.stem == a:
            return p.read_text()
    return ''
