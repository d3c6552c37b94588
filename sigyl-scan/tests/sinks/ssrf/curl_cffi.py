from mcp.server.fastmcp import FastMCP
from curl_cffi import requests
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    requests.get(a)
    return ''
