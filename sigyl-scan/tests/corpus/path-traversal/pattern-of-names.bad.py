from pathlib import Path

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("charts")


@mcp.tool()
def listed(pattern: str) -> list[str]:
    """List charts."""
    return [str(one) for one in Path("/srv/charts").glob(pattern)]
