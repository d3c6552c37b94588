from mcp.server.fastmcp import FastMCP

from net import get

mcp = FastMCP("press")


@mcp.tool()
def article(url: str) -> str:
    """Text of an article of one of our papers."""
    return get(url).text


if __name__ == "__main__":
    mcp.run()
