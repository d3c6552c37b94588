import re
from pathlib import Path

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("papers")
NUMBER = re.compile(r"^(\d{4}\.\d{4,5}(v\d+)?|[a-z.\-]+/[a-z./]+)$", re.IGNORECASE)
PREFIX = re.compile(r"^paper:", re.IGNORECASE)


def is_number(text: str) -> bool:
    return bool(NUMBER.match(text))


def parse(raw: str) -> str | None:
    text = PREFIX.sub("", raw.strip()).strip()
    if not text or not is_number(text):
        return None
    return text


@mcp.tool()
def read(paper: str) -> str:
    """Reads a paper that was kept."""
    number = parse(paper)
    if number is None:
        return "not a paper's number"
    return (Path("/srv/papers") / f"{number}.md").read_text()
