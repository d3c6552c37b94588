from mcp.server.fastmcp import FastMCP
import dill
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    dill.loads(a.encode())
    return ''
