import subprocess

from fastmcp import FastMCP

mcp = FastMCP("volumes")
VOLUMES = {"data", "logs", "cache"}


@mcp.tool
def inspect_volume(volume: str, format: str = "json") -> str:
    """Shows a volume."""
    if volume not in VOLUMES:
        raise ValueError("unknown volume")
    return subprocess.check_output(f"docker volume inspect --format {format} {volume}", shell=True, text=True)
