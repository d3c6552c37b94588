import typer

from .server import mcp

app = typer.Typer()


@app.command()
def serve(host: str = typer.Option("localhost", help="Address"), port: int = 8000) -> None:
    mcp.run(transport="http", host=host, port=port)
