import sys

from .config import config


def main() -> None:
    if not config.api_key:
        sys.exit("API_KEY must be set")
    from .server import run

    run()
