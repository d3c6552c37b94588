from mcp.server.fastmcp import FastMCP
import anyio
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    await anyio.run_process(f'ls {a}')
    return ''
