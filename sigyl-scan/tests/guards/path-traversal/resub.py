from mcp.server.fastmcp import FastMCP
import os
from pathlib import Path
ROOT = Path('/srv/data').resolve()
import re
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    (ROOT / re.sub(r'[^a-zA-Z0-9_-]', '_', a)).read_text()
    return ''
