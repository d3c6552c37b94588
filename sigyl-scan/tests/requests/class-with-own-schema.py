from dataclasses import dataclass
from pydantic import BaseModel
import subprocess
from mcp.server import Server
from loader import load
server = Server("x")
registry = load("tools")

@server.call_tool()
async def call_tool(name, arguments):
    return await registry[name].handle(arguments)

@dataclass
class ToolSchema:
    name: str
    description: str
    input_schema: type

class BaseTool:
    def __init__(self):
        self.schema = self._create_schema()

class LsParams(BaseModel):
    path: str

class CatParams(BaseModel):
    file: str

class LsTool(BaseTool):
    def _create_schema(self) -> ToolSchema:
        return ToolSchema(name="ls", description="Lists", input_schema=LsParams)

    async def handle(self, context, params: LsParams):
        return subprocess.run(f"ls {params.path}", shell=True)

class CatTool(BaseTool):
    def _create_schema(self) -> ToolSchema:
        return ToolSchema(name="cat", description="Shows", input_schema=CatParams)

    async def handle(self, context, params: CatParams):
        return subprocess.run(["cat", "--", "readme"])
