from mcp.server.fastmcp import FastMCP
import os
from pathlib import Path
ROOT = Path('/srv/data').resolve()

mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    p = (ROOT / a).resolve()
    try:
        p.relative_to(ROOT)
    except ValueError:
        return 'no'
    p.read_text()
    return ''
