from datetime import date, timedelta

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("calendar")


@mcp.tool()
def weekday(day: str) -> str:
    """Tells on which day of the week a date falls; the date is written as 2026-01-31."""
    return date.fromisoformat(day).strftime("%A")


@mcp.tool()
def days_later(day: str, days: int) -> str:
    """Tells the date that is so many days after another one."""
    return str(date.fromisoformat(day) + timedelta(days=days))


if __name__ == "__main__":
    mcp.run()
