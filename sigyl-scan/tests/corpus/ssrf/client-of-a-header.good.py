import os
from urllib.parse import urlsplit

from fastmcp import Context, FastMCP
from tracking import Client

mcp = FastMCP("traces")

ALLOWED = {"https://api.tracking.example", "https://eu.tracking.example"}


def checked(address: str) -> str:
    parts = urlsplit(address)
    if f"{parts.scheme}://{parts.netloc}" not in ALLOWED:
        raise ValueError("this address is not allowed")
    return address


async def client_of(ctx: Context) -> Client:
    settings = {"token": await ctx.get_state("token")}
    address = ctx.get_http_request().headers.get("X-Tracking-Address")
    if address:
        settings["api_url"] = checked(address)
    return Client(**settings)


@mcp.tool()
async def runs(project: str, ctx: Context) -> list:
    client = await client_of(ctx)
    return client.runs(project)
