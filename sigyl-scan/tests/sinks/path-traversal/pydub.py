from mcp.server.fastmcp import FastMCP
from pydub import AudioSegment
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    AudioSegment.from_file(f'/srv/{a}')
    return ''
