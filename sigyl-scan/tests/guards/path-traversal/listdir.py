from mcp.server.fastmcp import FastMCP
import os
from pathlib import Path
ROOT = Path('/srv/data').resolve()

mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    if a not in os.listdir('/srv/data'):
        raise ValueError('no')
    open(os.path.join('/srv/data', a))
    return ''
