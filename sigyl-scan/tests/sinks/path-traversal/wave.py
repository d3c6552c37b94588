from mcp.server.fastmcp import FastMCP
import wave
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    wave.open(f'/srv/{a}', 'wb')
    return ''
