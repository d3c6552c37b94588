from urllib.parse import urljoin, urlparse

import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("wiki")
WIKI = "https://wiki.example.com/pages/"


@mcp.tool()
def read_page(link: str) -> str:
    """Read a page of the wiki, by a link as pages have them."""
    target = urljoin(WIKI, link)
    if urlparse(target).netloc != "wiki.example.com":
        raise ValueError("not a page of the wiki")
    return requests.get(target, timeout=10).text
