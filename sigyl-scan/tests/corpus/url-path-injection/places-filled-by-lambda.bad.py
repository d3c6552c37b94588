import re

import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("tickets")


def filled(template: str, values: dict) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: values[found.group(1)], template)


@mcp.tool()
def ticket(project: str, number: int) -> str:
    """Reads a ticket."""
    path = filled("/projects/{project}/tickets/{number}", {"project": project, "number": str(number)})
    return requests.get("https://api.example.com" + path, timeout=10).text
