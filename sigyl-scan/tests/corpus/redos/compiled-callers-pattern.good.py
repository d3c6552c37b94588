import re
from pathlib import Path

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("variant")


@mcp.tool()
def search(expression: str) -> list[str]:
    """Searches the notes."""
    wanted = expression.casefold()
    return [line for line in Path("notes.txt").read_text().splitlines() if wanted in line.casefold()]
