from mcp.server import Server
from mcp.types import TextContent, Tool

from fetcher.client import fetch_text

server = Server("fetcher")


@server.list_tools()
async def tools() -> list[Tool]:
    return [Tool(name="fetch", description="Fetch a public page", inputSchema={"type": "object"})]


@server.call_tool()
async def call(name: str, arguments: dict) -> list[TextContent]:
    if name != "fetch":
        raise ValueError(name)
    url = arguments.get("url")
    if not url:
        raise ValueError("url is missing")
    return [TextContent(type="text", text=await fetch_text(url))]
