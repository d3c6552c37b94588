import glob
import os
from pathlib import Path

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("search")
REPO = Path(os.getcwd()).resolve()


@mcp.tool()
def grep(folder: str, needle: str) -> list[str]:
    """Files of a folder of the repository that hold a text."""
    hits = []
    for name in glob.glob(os.path.join(str(REPO), folder, "*.py")):
        with open(name, encoding="utf-8") as handle:
            if needle in handle.read():
                hits.append(name)
    return hits
