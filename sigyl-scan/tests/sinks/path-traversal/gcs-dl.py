from mcp.server.fastmcp import FastMCP
from google.cloud import storage
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    storage.Client().bucket('b').blob('k').download_to_filename(f'/srv/{a}')
    return ''
