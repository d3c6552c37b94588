import os
from urllib.parse import urljoin

import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("stock")
BASE = os.environ["STOCK_URL"]


@mcp.tool()
def read(path: str) -> str:
    url = urljoin(BASE, path.lstrip("/"))
    if not url.startswith(BASE):
        raise ValueError("outside of the service")
    return requests.get(url, headers={"X-Key": "k"}, allow_redirects=False, timeout=9).text
