import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("api")


@mcp.tool()
def call_api(options: dict) -> str:
    """Calls the service."""
    return requests.get("https://api.example.com/items", **options).text
