from mcp.server.fastmcp import FastMCP
import django.template
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    django.template.Template(a)
    return ''
