from urllib.parse import urlparse

import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("papers")
HOSTS = ("arxiv.example.org", "export.arxiv.example.org")


def _check(url: str) -> None:
    parsed = urlparse(url)
    if parsed.scheme not in ("http", "https"):
        raise ValueError("unsupported scheme")
    if not any(host in url for host in HOSTS):
        raise ValueError("host is not allowed")


@mcp.tool()
def download_paper(pdf_url: str) -> str:
    """Download a paper and return its text."""
    _check(pdf_url)
    session = requests.Session()
    session.headers["User-Agent"] = "papers/1.0"
    response = session.get(pdf_url, timeout=30, allow_redirects=False)
    response.raise_for_status()
    return response.text
