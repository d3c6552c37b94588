import pathlib

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("news")
text = (pathlib.Path(__file__).parent / "headlines.md").read_text()


@mcp.tool(description=text)
def headlines(topic: str) -> list[str]:
    return []
