import typer
from fastmcp import FastMCP
mcp = FastMCP("notes")
cli = typer.Typer()

@mcp.tool()
def add_note(text: str) -> str:
    """Add a note."""
    return f"added {len(text)}"


@cli.command()
def serve(host: str = typer.Option("0.0.0.0"), port: int = 8000):
    mcp.run(transport="http", host=host, port=port)
cli()
