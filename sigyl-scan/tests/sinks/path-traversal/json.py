from mcp.server.fastmcp import FastMCP
import json
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    json.dump({}, open(f'/srv/{a}.json', 'w'))
    return ''
