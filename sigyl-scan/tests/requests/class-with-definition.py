import subprocess
from mcp.server import Server
from loader import load
server = Server("x")
registry = load("tools")

@server.call_tool()
async def call_tool(name, arguments):
    return await registry[name].execute(arguments)

class LsTool:
    def get_definition(self) -> dict:
        schema = {"type": "object", "properties": {"path": {"type": "string"}}}
        return {"name": "ls", "description": "Lists", "inputSchema": schema}

    async def execute(self, arguments: dict):
        return subprocess.run(f"ls {arguments['path']}", shell=True)
