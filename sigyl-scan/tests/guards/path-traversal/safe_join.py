from mcp.server.fastmcp import FastMCP
import os
from pathlib import Path
ROOT = Path('/srv/data').resolve()
from werkzeug.security import safe_join
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    open(safe_join('/srv/data', a))
    return ''
