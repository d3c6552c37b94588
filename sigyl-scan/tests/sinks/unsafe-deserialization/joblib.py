from mcp.server.fastmcp import FastMCP
import joblib
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    joblib.load(a)
    return ''
