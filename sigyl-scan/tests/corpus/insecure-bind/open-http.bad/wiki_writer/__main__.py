import argparse
import os

from fastmcp import FastMCP
from fastmcp.server.auth.providers.jwt import JWTVerifier

from wiki_writer.pages import Pages


def build() -> FastMCP:
    mcp = FastMCP("wiki-writer")
    pages = Pages(os.environ.get("WIKI_DIR", "wiki"))

    @mcp.tool
    def write_page(number: int, text: str) -> str:
        """Write a page."""
        return pages.write(number, text)

    return mcp


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=9000)
    args = parser.parse_args()
    build().run(transport="http", host="0.0.0.0", port=args.port)


if __name__ == "__main__":
    main()
