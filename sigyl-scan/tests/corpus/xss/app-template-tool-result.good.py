from html import escape

from mcp.server import Server
from mcp.types import EmbeddedResource, TextResourceContents

server = Server("cards")


@server.call_tool()
async def call_tool(name: str, arguments: dict):
    title = arguments.get("title", "")
    text = f"<div class='card'><h3>{escape(title)}</h3></div>"
    resource = TextResourceContents(uri="ui://cards/one", mimeType="text/html", text=text)
    return [EmbeddedResource(type="resource", resource=resource)]
