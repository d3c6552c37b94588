import click

from .server import serve


@click.command()
@click.option("--host", default="0.0.0.0", help="Host to listen on")
@click.option("--port", default=8000)
def main(host: str, port: int) -> None:
    serve(host, port)
