from mcp.server.fastmcp import FastMCP
import asyncio
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    loop = asyncio.get_event_loop()
    import subprocess
    await loop.run_in_executor(None, lambda: subprocess.run(f'ls {a}', shell=True))
    return ''
