from dataclasses import dataclass
from typing import Annotated

from mcp.server.fastmcp import FastMCP
from pydantic import Field
from vendor_sdk import VendorClient

mcp = FastMCP("dashboards")
vendor = VendorClient()


@mcp.tool()
async def dashboard(slug: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$", description="The slug of the dashboard")]) -> dict:
    """Reads a dashboard."""
    response = await vendor.client.get(f"/v1/dashboards/{slug}/definition")
    return response.json()
