from base import BaseTool
import subprocess
from mcp.server import Server
from loader import load
server = Server("x")
registry = load("tools")

@server.call_tool()
async def call_tool(name, arguments):
    return await registry[name].execute(arguments)

class LsTool(BaseTool):
    @property
    def name(self) -> str:
        return "ls"

    @property
    def description(self) -> str:
        return "Lists"

    @property
    def input_schema(self) -> dict:
        return {"type": "object", "properties": {"path": {"type": "string"}}}

    async def execute(self, arguments: dict):
        return subprocess.run(f"ls {arguments['path']}", shell=True)
