from mcp.server.fastmcp import FastMCP
import os
from pathlib import Path
ROOT = Path('/srv/data').resolve()
import hashlib
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    (ROOT / hashlib.sha256(a.encode()).hexdigest()).read_text()
    return ''
