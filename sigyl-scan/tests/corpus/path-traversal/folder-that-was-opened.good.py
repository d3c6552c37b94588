from pathlib import Path

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("desk")
opened = {}


@mcp.tool()
def open_desk(name: str, folder: str) -> str:
    """Open a folder to work in."""
    opened[name] = Path(folder).resolve()
    return "opened"


@mcp.tool()
def sheets(name: str) -> list[str]:
    """List what lies on a desk."""
    return [str(one) for one in opened[name].iterdir()]
