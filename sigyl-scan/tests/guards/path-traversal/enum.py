from mcp.server.fastmcp import FastMCP
import os
from pathlib import Path
ROOT = Path('/srv/data').resolve()
from enum import Enum
class K(Enum):
    A = 'a'

mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    (ROOT / K(a).value).read_text()
    return ''
