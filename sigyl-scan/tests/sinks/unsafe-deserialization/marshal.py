from mcp.server.fastmcp import FastMCP
import marshal
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    marshal.loads(a.encode())
    return ''
