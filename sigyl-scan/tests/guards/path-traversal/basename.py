from mcp.server.fastmcp import FastMCP
import os
from pathlib import Path
ROOT = Path('/srv/data').resolve()

mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    open(os.path.join('/srv/data', os.path.basename(a)))
    return ''
