import os

from mcp.server.lowlevel import Server
from mcp.types import TextContent, Tool
from quart import Quart, request

from .rpc import dispatch

rpc = Server("tasks")
app = Quart(__name__, static_folder=None)
TASKS: dict[str, str] = {}


@rpc.list_tools()
async def tools() -> list[Tool]:
    return [Tool(name="close_task", description="Closes a task", inputSchema={"type": "object", "properties": {"id": {"type": "string"}}})]


@rpc.call_tool()
async def call(name: str, arguments: dict) -> list[TextContent]:
    return [TextContent(type="text", text=f"closed {TASKS.pop(arguments['id'])}")]


@app.post("/mcp")
async def mcp():
    return await dispatch(rpc, await request.get_json())


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=8700, debug=os.getenv("TASKS_DEBUG") == "1", use_reloader=False)
