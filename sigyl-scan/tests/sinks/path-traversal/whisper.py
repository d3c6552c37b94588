from mcp.server.fastmcp import FastMCP
import whisper
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    whisper.load_model('x').transcribe(f'/srv/{a}')
    return ''
