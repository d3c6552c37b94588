from mcp.server.fastmcp import FastMCP
import os
from pathlib import Path
ROOT = Path('/srv/data').resolve()

mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    p = os.path.realpath(os.path.join('/srv/data', a))
    if os.path.commonpath([p, '/srv/data']) != '/srv/data':
        raise ValueError('no')
    open(p)
    return ''
