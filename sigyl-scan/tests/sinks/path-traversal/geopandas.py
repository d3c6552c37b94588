from mcp.server.fastmcp import FastMCP
import geopandas as gpd
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    gpd.read_file(f'/srv/{a}')
    return ''
