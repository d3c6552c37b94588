from mcp.server.fastmcp import FastMCP
import asyncio, subprocess
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    await asyncio.to_thread(subprocess.run, f'ls {a}', shell=True)
    return ''
