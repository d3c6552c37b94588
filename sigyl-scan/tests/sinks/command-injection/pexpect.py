from mcp.server.fastmcp import FastMCP
import pexpect
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    pexpect.run(f'ls {a}')
    return ''
