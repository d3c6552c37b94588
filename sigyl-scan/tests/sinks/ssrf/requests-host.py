from mcp.server.fastmcp import FastMCP
import requests
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    requests.get(f'https://{a}/api')
    return ''
