from mcp.server.fastmcp import FastMCP
import yaml
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    yaml.safe_load(open(f'/srv/{a}.yml'))
    return ''
