import subprocess

from fastmcp import FastMCP
from pydantic import BaseModel, field_validator

mcp = FastMCP("search")


class Query(BaseModel):
    pattern: str
    folder: str = "."

    @field_validator("folder")
    @classmethod
    def no_option(cls, value: str) -> str:
        if value.startswith("-"):
            raise ValueError("a folder does not begin with a dash")
        return value


@mcp.tool
def search(query: Query) -> str:
    """Searches files."""
    words = ["find", query.folder, "-name", query.pattern]
    return subprocess.run(words, capture_output=True, text=True).stdout
