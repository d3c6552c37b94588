import mcp.types as types
import subprocess
from mcp.server import Server
from loader import load
server = Server("x")
registry = load("tools")

@server.call_tool()
async def call_tool(name, arguments):
    return await registry[name].run_tool(arguments)

class LsHandler:
    def get_tool_description(self):
        schema = {"type": "object", "properties": {"path": {"type": "string"}}}
        return types.Tool(name="ls", description="Lists", inputSchema=schema)

    async def run_tool(self, args: dict):
        return subprocess.run(f"ls {args['path']}", shell=True)
