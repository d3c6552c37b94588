from mcp.server.fastmcp import FastMCP
import os
from pathlib import Path
ROOT = Path('/srv/data').resolve()
FILES = {'a': 'a.txt'}
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    (ROOT / FILES[a]).read_text()
    return ''
