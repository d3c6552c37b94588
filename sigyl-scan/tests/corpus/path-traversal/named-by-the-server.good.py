import os

import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("charts")


@mcp.tool()
def fetch_chart(number: int) -> str:
    """Fetch a chart and keep it."""
    answer = requests.get(f"https://charts.example.org/{number}", timeout=10)
    name = answer.headers["Content-Disposition"].split("filename=")[1]
    with open(os.path.join("/srv/charts", os.path.basename(name)), "wb") as kept:
        kept.write(answer.content)
    return "kept"
