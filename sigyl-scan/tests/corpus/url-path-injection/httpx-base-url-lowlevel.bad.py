import os

import httpx
from mcp.server import Server
from mcp.types import TextContent

server = Server("files-api")


class Api:
    def __init__(self) -> None:
        self.client = httpx.AsyncClient(
            base_url="https://files.example.com/v2", headers={"Authorization": os.environ["FILES_TOKEN"]}
        )

    async def metadata(self, file_id: str) -> str:
        response = await self.client.get(f"/files/{file_id}/metadata")
        return response.text

    async def remove(self, file_id: str) -> str:
        response = await self.client.delete("/files/%s" % file_id)
        return str(response.status_code)


api = Api()


@server.call_tool()
async def call_tool(name: str, arguments: dict | None):
    arguments = arguments or {}
    match name:
        case "metadata":
            text = await api.metadata(arguments["file_id"])
        case "remove":
            text = await api.remove(arguments["file_id"])
        case _:
            raise ValueError(name)
    return [TextContent(type="text", text=text)]
