import urllib.request

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("packages")


def _safe(segment: str) -> str:
    if segment.startswith("."):
        raise ValueError("bad segment")
    return segment


@mcp.tool()
def readme(project: str, ref: str = "main") -> str:
    """README of a project."""
    url = f"https://code.example.com/raw/{_safe(project)}/{_safe(ref)}/README.md"
    with urllib.request.urlopen(url) as response:
        return response.read().decode()
