import typer

from .server import mcp

app = typer.Typer()


@app.command()
def serve(host: str = typer.Option("0.0.0.0", help="Address"), port: int = 8000) -> None:
    mcp.run(transport="http", host=host, port=port)
