import os

import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("weather")


@mcp.tool()
async def forecast(city: str) -> str:
    """Tells the weather in a city for the next three days."""
    parameters = {"q": city, "cnt": 3, "appid": os.environ["OPENWEATHER_API_KEY"]}
    async with httpx.AsyncClient(timeout=10) as client:
        answer = await client.get("https://api.openweathermap.org/data/2.5/forecast", params=parameters)
        answer.raise_for_status()
        return answer.text


if __name__ == "__main__":
    mcp.run()
