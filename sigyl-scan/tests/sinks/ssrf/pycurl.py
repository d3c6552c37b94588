from mcp.server.fastmcp import FastMCP
import pycurl
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    c = pycurl.Curl()
    c.setopt(c.URL, a)
    c.perform()
    return ''
