import requests
from mcp.server import Server
from mcp.types import TextContent
from urllib.parse import quote

server = Server("ci")


class CiClient(requests.Session):
    def __init__(self, host: str, token: str):
        super().__init__()
        self.host = host
        self.headers["PRIVATE-TOKEN"] = token

    def api(self, *parts: str):
        return self.get(f"{self.host}/api/v4/" + "/".join(quote(part, safe="") for part in parts)).json()


client = CiClient("https://ci.example.com", "from-the-environment")


@server.call_tool()
async def call_tool(name: str, arguments: dict):
    if name == "pipeline":
        data = client.api("projects", arguments["project"], "pipelines", arguments["pipeline"])
        return [TextContent(type="text", text=str(data))]
    raise ValueError(name)
