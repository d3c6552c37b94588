from mcp.server.fastmcp import FastMCP
import zipfile
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    zipfile.ZipFile(f'/srv/{a}')
    return ''
