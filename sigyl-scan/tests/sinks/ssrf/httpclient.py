from mcp.server.fastmcp import FastMCP
import http.client
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    http.client.HTTPSConnection(a).request('GET', '/')
    return ''
