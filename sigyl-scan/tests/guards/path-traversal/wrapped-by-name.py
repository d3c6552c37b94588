import functools
import re
from pathlib import Path

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("notes")
ROOT = Path("/srv/notes")


def plain_names(read):
    @functools.wraps(read)
    def checked(name: str):
        if not re.fullmatch(r"[a-z0-9_]+", name):
            raise ValueError(name)
        return read(name)

    return checked


@mcp.tool()
@plain_names
def note(name: str) -> str:
    return (ROOT / name).read_text()
