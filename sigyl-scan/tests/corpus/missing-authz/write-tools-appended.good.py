from mcp.server import Server
from mcp.types import Tool

from .store import delete, read

server = Server("store")
READ = Tool(name="read", description="Read", inputSchema={"type": "object"})
DELETE = Tool(name="delete", description="Delete", inputSchema={"type": "object"})


class StoreServer:
    def __init__(self, settings):
        self.settings = settings
        server.list_tools()(self.list_tools)
        server.call_tool()(self.call_tool)

    async def list_tools(self):
        tools = [READ]
        if not self.settings.read_only:
            tools.append(DELETE)
        return tools

    async def call_tool(self, name, arguments):
        if name == "read":
            return await read(arguments["key"])
        if name == "delete" and not self.settings.read_only:
            return await delete(arguments["key"])
        raise ValueError(name)
