from mcp.server.fastmcp import FastMCP
from moviepy.editor import VideoFileClip
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    VideoFileClip('/x').write_videofile(f'/srv/{a}')
    return ''
