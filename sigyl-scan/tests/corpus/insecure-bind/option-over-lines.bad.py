import argparse

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("clock")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "--server-host",
        required=False,
        help="Where to listen",
        default="0.0.0.0",
    )
    options = parser.parse_args()
    mcp.settings.host = options.server_host
    mcp.run(transport="streamable-http")
