import click
from fastmcp import FastMCP
mcp = FastMCP("notes")

@mcp.tool()
def add_note(text: str) -> str:
    """Add a note."""
    return f"added {len(text)}"


@click.command()
@click.option("--host", default="0.0.0.0")
@click.option("--port", default=8000)
def main(host: str, port: int):
    mcp.run(transport="http", host=host, port=port)
