from mcp.server.fastmcp import FastMCP
from PIL import Image
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    Image.new('RGB', (1,1)).save(f'/srv/{a}')
    return ''
