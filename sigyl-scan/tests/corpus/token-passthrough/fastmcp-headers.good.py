import os

import requests
from fastmcp import FastMCP
from fastmcp.server.dependencies import get_http_headers

mcp = FastMCP("tickets")


@mcp.tool
def tickets() -> str:
    """Tickets."""
    trace = get_http_headers().get("x-request-id", "")
    answer = requests.get(
        "https://api.acme.io/tickets",
        headers={"Authorization": f"Bearer {os.environ['ACME_TOKEN']}", "X-Request-Id": trace},
        timeout=10,
    )
    return answer.text
