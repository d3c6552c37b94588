import pathlib

import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("sync")


@mcp.tool()
def push_report(name: str) -> str:
    """Sends a report to the archive."""
    text = (pathlib.Path("reports") / pathlib.PurePath(name).name).read_text()
    return requests.post("https://archive.acme.example/reports", data=text, timeout=10).text
