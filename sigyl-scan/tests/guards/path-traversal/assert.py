from mcp.server.fastmcp import FastMCP
import os
from pathlib import Path
ROOT = Path('/srv/data').resolve()
def inside(p: Path) -> Path:
    r = p.resolve()
    if not r.is_relative_to(ROOT):
        raise PermissionError(str(p))
    return r

mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    inside(ROOT / a).read_text()
    return ''
