from pathlib import Path

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("charts")


@mcp.tool()
def listed(pattern: str) -> list[str]:
    """List charts."""
    if "/" in pattern or ".." in pattern:
        raise ValueError("a pattern of names, not of folders")
    return [str(one) for one in Path("/srv/charts").glob(pattern)]
