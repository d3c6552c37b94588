from mcp.server.fastmcp import FastMCP
import os
from pathlib import Path
ROOT = Path('/srv/data').resolve()
from werkzeug.utils import secure_filename
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    open(os.path.join('/srv/data', secure_filename(a)))
    return ''
