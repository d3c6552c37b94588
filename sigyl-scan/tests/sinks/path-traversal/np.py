from mcp.server.fastmcp import FastMCP
import numpy as np
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    np.save(f'/srv/{a}', [])
    return ''
