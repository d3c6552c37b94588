import aiohttp
from fastmcp import FastMCP

from ids import require_id

mcp = FastMCP("calendar")
ROOT = "https://calendar.example.com/api"


async def request(method: str, path: str):
    async with aiohttp.ClientSession() as session:
        async with session.request(method, f"{ROOT}/{path}") as response:
            return await response.json()


@mcp.tool
async def get_event(calendar_id: str, event_id: str) -> dict:
    """One event of a calendar."""
    require_id(calendar_id)
    require_id(event_id)
    return await request("GET", f"calendars/{calendar_id}/events/{event_id}")


@mcp.tool
async def delete_event(calendar_id: str, event_id: str) -> dict:
    """Deletes an event."""
    require_id(calendar_id)
    require_id(event_id)
    return await request("DELETE", f"calendars/{calendar_id}/events/{event_id}")
