from mcp.server.fastmcp import FastMCP
import subprocess
from enum import Enum
class K(str, Enum):
    A = 'a'

mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    subprocess.run(f'ls {K(a).value}', shell=True)
    return ''
