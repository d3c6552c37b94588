from pathlib import Path
from string import Template

from fastmcp import FastMCP

from letter_writer.loader import make_loader

mcp = FastMCP("letter-writer")
load = make_loader(Path(__file__).parent / "templates")


@mcp.tool
def write_letter(template: str, fields: dict[str, str]) -> str:
    """Fill a letter's template."""
    return Template(load(template)).safe_substitute(fields)
