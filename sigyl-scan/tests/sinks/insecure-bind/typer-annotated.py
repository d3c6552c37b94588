from typing import Annotated
import typer
from fastmcp import FastMCP
mcp = FastMCP("notes")

@mcp.tool()
def add_note(text: str) -> str:
    """Add a note."""
    return f"added {len(text)}"


def serve(host: Annotated[str, typer.Option(help="host")] = "0.0.0.0", port: int = 8000):
    mcp.run(transport="http", host=host, port=port)
typer.run(serve)
