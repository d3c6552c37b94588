import re

import requests
from urllib.parse import quote
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("tickets")


def filled(template: str, values: dict) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: quote(values[found.group(1)], safe=""), template)


@mcp.tool()
def ticket(project: str, number: int) -> str:
    """Reads a ticket."""
    path = filled("/projects/{project}/tickets/{number}", {"project": project, "number": str(number)})
    return requests.get("https://api.example.com" + path, timeout=10).text
