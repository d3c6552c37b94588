from mcp.server.fastmcp import FastMCP
from git import Repo
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    Repo('/x').git.log(a)
    return ''
