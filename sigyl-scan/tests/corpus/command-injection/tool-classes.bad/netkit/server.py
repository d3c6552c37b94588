import asyncio

from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from .tools import ALL


class NetServer:
    def __init__(self):
        self.server = Server("netkit")
        self.tools = {tool.name: tool for tool in ALL}
        self._setup()

    def _setup(self):
        @self.server.list_tools()
        async def list_tools():
            return [tool.definition() for tool in self.tools.values()]

        @self.server.call_tool()
        async def call_tool(name, arguments):
            tool = self.tools.get(name)
            if tool is None:
                raise ValueError(f"Unknown tool: {name}")
            return await asyncio.get_running_loop().run_in_executor(None, tool.execute, arguments)

    async def run(self):
        async with stdio_server() as streams:
            await self.server.run(*streams, self.server.create_initialization_options())


def main():
    asyncio.run(NetServer().run())
