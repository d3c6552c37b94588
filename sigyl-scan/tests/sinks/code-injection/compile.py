from mcp.server.fastmcp import FastMCP

mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    exec(compile(a, 'x', 'exec'))
    return ''
