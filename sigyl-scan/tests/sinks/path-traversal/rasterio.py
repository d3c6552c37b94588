from mcp.server.fastmcp import FastMCP
import rasterio
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    rasterio.open(f'/srv/{a}')
    return ''
