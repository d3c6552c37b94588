from mcp.server.fastmcp import FastMCP
import jsonpickle
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    jsonpickle.decode(a)
    return ''
