from mcp.server.fastmcp import FastMCP
import h5py
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    h5py.File(f'/srv/{a}', 'w')
    return ''
