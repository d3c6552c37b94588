import os
from pathlib import Path

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("files")
ROOT = os.path.realpath("/srv/files")


@mcp.tool()
def search(pattern: str) -> list[str]:
    """Find files."""
    if ".." in Path(pattern).parts:
        raise ValueError("outside")
    return [str(found) for found in Path(ROOT).glob(pattern)]
