import urllib.request

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("pages")
opener = urllib.request.build_opener()


@mcp.tool()
def page(url: str) -> str:
    """Read a page."""
    request = urllib.request.Request(url, headers={"User-Agent": "pages"})
    with opener.open(request, timeout=10) as answer:
        return answer.read().decode()
