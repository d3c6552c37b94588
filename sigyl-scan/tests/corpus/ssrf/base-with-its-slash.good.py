import os
from urllib.parse import urljoin

import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("stock")
BASE = os.environ["STOCK_URL"].rstrip("/") + "/"
OTHER = os.environ["OTHER_URL"]
if not OTHER.endswith("/"):
    OTHER += "/"


@mcp.tool()
def read(path: str) -> str:
    url = urljoin(BASE, path.lstrip("/"))
    if not url.startswith(BASE):
        raise ValueError("outside of the service")
    return requests.get(url, headers={"X-Key": "k"}, allow_redirects=False, timeout=9).text


@mcp.tool()
def read_other(path: str) -> str:
    url = urljoin(OTHER, path)
    if not url.startswith(OTHER):
        raise ValueError("outside of the service")
    return requests.get(url, headers={"X-Key": "k"}, allow_redirects=False, timeout=9).text
