import asyncio
import shutil

from mcp.server.fastmcp import FastMCP

from .options import Download, Quality

mcp = FastMCP("media-grab")
YT_DLP = shutil.which("yt-dlp") or "yt-dlp"


async def run(*args: str) -> str:
    process = await asyncio.create_subprocess_exec(YT_DLP, *args, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    return output.decode()


@mcp.tool()
async def grab(url: str, quality: Quality = Quality.best, subtitles: bool = False) -> str:
    """Download a video."""
    return await run(*Download(url, quality, subtitles).to_args())
