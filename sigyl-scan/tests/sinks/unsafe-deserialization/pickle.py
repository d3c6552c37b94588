from mcp.server.fastmcp import FastMCP
import pickle, base64
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    pickle.loads(base64.b64decode(a))
    return ''
