import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("columns")


@mcp.tool()
def column(number: int, separator: str) -> str:
    """Give one column."""
    if separator not in (",", ";"):
        raise ValueError("no separator")
    words = ["awk", "-F", separator, f"{{print ${number}}}", "data.csv"]
    return subprocess.run(words, capture_output=True, text=True).stdout
