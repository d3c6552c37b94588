from mcp.server.fastmcp import FastMCP
import matplotlib.pyplot as plt
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    plt.savefig(f'/srv/{a}')
    return ''
