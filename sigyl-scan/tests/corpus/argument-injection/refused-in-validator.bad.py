import subprocess

from fastmcp import FastMCP
from pydantic import BaseModel, field_validator

mcp = FastMCP("search")


class Query(BaseModel):
    pattern: str
    folder: str = "."


@mcp.tool
def search(query: Query) -> str:
    """Searches files."""
    words = ["find", query.folder, "-name", query.pattern]
    return subprocess.run(words, capture_output=True, text=True).stdout
