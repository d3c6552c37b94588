from mcp.server.fastmcp import FastMCP
import os
from pathlib import Path
ROOT = Path('/srv/data').resolve()
import uuid
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    (ROOT / f'{uuid.UUID(a)}.txt').read_text()
    return ''
