import asyncio
from pathlib import Path
import mcp.types as types
from mcp.server.lowlevel import Server
from pydantic import BaseModel
server = Server("x")

class Save(BaseModel):
    filename: str
    def run(self):
        (Path("/srv/x") / self.filename).write_bytes(b"1")
class Items(BaseModel):
    def run(self): return 1
TOOLS = {"save": Save, "items": Items}

@server.call_tool()
async def call_tool(name: str, arguments: dict):
    if name not in TOOLS: raise ValueError(name)
    result = await asyncio.to_thread(TOOLS[name].model_validate(arguments).run)
    return [types.TextContent(type="text", text=str(result))]
