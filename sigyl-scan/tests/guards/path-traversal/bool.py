from mcp.server.fastmcp import FastMCP
import os
from pathlib import Path
ROOT = Path('/srv/data').resolve()
def ok(p: Path) -> bool:
    try:
        p.resolve().relative_to(ROOT)
        return True
    except ValueError:
        return False

mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    p = ROOT / a
    if not ok(p):
        return 'no'
    p.resolve().read_text()
    return ''
