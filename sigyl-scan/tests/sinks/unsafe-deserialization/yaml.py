from mcp.server.fastmcp import FastMCP
import yaml
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    yaml.load(a, Loader=yaml.Loader)
    return ''
