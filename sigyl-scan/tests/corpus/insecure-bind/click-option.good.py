import click

from .server import serve


@click.command()
@click.option("--host", default="127.0.0.1", help="Host to listen on, 0.0.0.0 for all")
@click.option("--port", default=8000)
def main(host: str, port: int) -> None:
    serve(host, port)
