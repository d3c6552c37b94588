import asyncio

import click

from app import serve
from tools import server


@click.command()
@click.option("--host", default="127.0.0.1", help="Address to listen on")
@click.option("--port", default=8000, type=int)
def main(host: str, port: int) -> None:
    asyncio.run(serve(server, host, port))
