import pathlib

import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("sync")


@mcp.tool()
def push_report(name: str, target: str) -> str:
    """Sends a report to where it is wanted."""
    text = (pathlib.Path("reports") / pathlib.PurePath(name).name).read_text()
    return requests.post(target, data=text, timeout=10).text
