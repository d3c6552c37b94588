import json
import urllib.request

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("weather")
REGIONS = {"eu": "https://eu.weather.example.com", "us": "https://us.weather.example.com"}


def _get(endpoint: str, city: str) -> dict:
    request = urllib.request.Request(f"{endpoint}/v1/current", method="POST", data=json.dumps({"q": city}).encode())
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


@mcp.tool()
def current(city: str, region: str = "eu") -> dict:
    """Current weather of a city."""
    endpoint = REGIONS[region]
    return _get(endpoint, city)
