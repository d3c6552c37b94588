from pathlib import Path

import ffmpeg
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("x")
OUT = Path("/srv/out")


@mcp.tool()
def convert(source: str, name: str) -> str:
    video = ffmpeg.input(source)
    ffmpeg.run(ffmpeg.output(video.video, video.audio, str(OUT / name)))
    return name
