from mcp.server.fastmcp import FastMCP
import soundfile as sf
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    sf.write(f'/srv/{a}', [], 1)
    return ''
