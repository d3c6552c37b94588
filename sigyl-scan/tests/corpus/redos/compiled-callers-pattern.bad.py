import re
from pathlib import Path

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("variant")


@mcp.tool()
def search(expression: str) -> list[str]:
    """Searches the notes."""
    wanted = re.compile(expression, re.IGNORECASE)
    return [line for line in Path("notes.txt").read_text().splitlines() if wanted.search(line)]
