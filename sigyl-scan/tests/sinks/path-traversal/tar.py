from mcp.server.fastmcp import FastMCP
import tarfile
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    tarfile.open(f'/srv/{a}').extractall('/srv')
    return ''
