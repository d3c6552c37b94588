from mcp.server.fastmcp import FastMCP
import tomllib
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    tomllib.load(open(f'/srv/{a}', 'rb'))
    return ''
