import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("videos")


@mcp.tool()
def describe(url: str) -> str:
    return subprocess.run(["yt-dlp", "--dump-json", url], capture_output=True, text=True, check=True).stdout
