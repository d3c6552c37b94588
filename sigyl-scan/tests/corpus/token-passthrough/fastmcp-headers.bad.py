import requests
from fastmcp import FastMCP
from fastmcp.server.dependencies import get_http_headers

mcp = FastMCP("tickets")


@mcp.tool
def tickets() -> str:
    """Tickets."""
    headers = get_http_headers()
    answer = requests.get(
        "https://api.acme.io/tickets", headers={"Authorization": headers.get("authorization", "")}, timeout=10
    )
    return answer.text
