from mcp.server.fastmcp import FastMCP
import trio
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    await trio.run_process(f'ls {a}', shell=True)
    return ''
