from mcp.server.fastmcp import FastMCP
import code
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    code.InteractiveInterpreter().runcode(a)
    return ''
