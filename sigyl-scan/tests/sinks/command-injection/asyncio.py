from mcp.server.fastmcp import FastMCP
import asyncio
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    await asyncio.create_subprocess_shell('ls {}'.format(a))
    return ''
