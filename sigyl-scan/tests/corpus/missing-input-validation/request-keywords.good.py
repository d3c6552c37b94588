import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("api")


@mcp.tool()
def call_api(page: int) -> str:
    """Calls the service."""
    options = {"params": {"page": page}, "timeout": 10}
    return requests.get("https://api.example.com/items", **options).text
