from mcp.server.fastmcp import FastMCP
import invoke
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    invoke.run(f'ls {a}')
    return ''
