from pathlib import Path

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("exports")
FOLDER = Path("/srv/exports")


def place(name: str) -> Path:
    path = (FOLDER / name).resolve()
    if path.suffix == "":
        path = path.with_suffix(".csv")
    if not path.is_relative_to(FOLDER.resolve()):
        raise ValueError("outside of the exports")
    return path


@mcp.tool()
def export(name: str, rows: str) -> str:
    """Writes rows to a file of exports."""
    path = place(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(rows)
    return path.name
