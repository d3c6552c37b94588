import json
import urllib.request

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("weather")
REGIONS = ["eu", "us", "ap"]


def _get(endpoint: str, city: str) -> dict:
    request = urllib.request.Request(f"{endpoint}/v1/current", method="POST", data=json.dumps({"q": city}).encode())
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


@mcp.tool()
def current(city: str, region: str = "eu") -> dict:
    """Current weather of a city."""
    endpoint = f"https://{region}.weather.example.com"
    return _get(endpoint, city)
