from mcp.server.fastmcp import FastMCP
import asyncssh
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    async with asyncssh.connect('h') as c:
        await c.run(f'ls {a}')
    return ''
