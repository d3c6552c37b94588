from mcp.server.fastmcp import FastMCP
import os
from pathlib import Path
ROOT = Path('/srv/data').resolve()
class Store:
    def __init__(self, root):
        self.root = Path(root).resolve()
    def path(self, name):
        p = (self.root / name).resolve()
        if not str(p).startswith(str(self.root) + os.sep):
            raise ValueError('no')
        return p
store = Store('/srv')

mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    store.path(a).read_text()
    return ''
