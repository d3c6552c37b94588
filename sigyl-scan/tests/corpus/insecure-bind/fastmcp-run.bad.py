from fastmcp import FastMCP

mcp = FastMCP("weather")


@mcp.tool
def forecast(city: str) -> str:
    """Forecast."""
    return city


mcp.run(transport="http", host="0.0.0.0", port=9000)
