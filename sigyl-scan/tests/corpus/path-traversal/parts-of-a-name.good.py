from pathlib import Path

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("notes")


@mcp.tool()
def read_note(address: str) -> str:
    """Reads a note: kind and name with a colon between them."""
    kind, name = address.split(":")
    if kind != "note":
        raise ValueError("no such kind")
    if name in ("..", ".") or "/" in name or "\\" in name:
        raise ValueError("no such note")
    return (Path("/srv/notes") / name).read_text()
