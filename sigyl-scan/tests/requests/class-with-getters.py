import subprocess
from mcp.server import Server
from loader import load
server = Server("x")
registry = load("tools")

@server.call_tool()
async def call_tool(name, arguments):
    return await registry[name].execute(arguments)

class LsTool:
    def get_name(self) -> str:
        return "ls"

    def get_description(self) -> str:
        return "Lists"

    def get_input_schema(self) -> dict:
        return {"type": "object", "properties": {"path": {"type": "string"}}}

    async def execute(self, arguments: dict):
        return subprocess.run(f"ls {arguments['path']}", shell=True)
