import regex
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("search")


@mcp.tool()
def find(pattern: str, text: str) -> list[str]:
    return [match.group() for match in regex.compile(pattern).finditer(text, timeout=2.0)]
