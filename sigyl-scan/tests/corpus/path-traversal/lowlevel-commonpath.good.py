import os
from typing import Any

import mcp.types as types
from mcp.server import Server
from mcp.server.stdio import stdio_server

BASE_DIR = os.path.realpath(os.environ.get("DOCS_DIR", "docs"))
app = Server("docs")


@app.list_tools()
async def list_tools() -> list[types.Tool]:
    return [
        types.Tool(
            name="get_doc",
            description="Returns one document",
            inputSchema={"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]},
        )
    ]


def _resolve(path: str) -> str:
    full = os.path.realpath(os.path.join(BASE_DIR, path))
    if os.path.commonpath([BASE_DIR, full]) != BASE_DIR:
        raise ValueError("outside of the documents")
    return full


@app.call_tool()
async def call_tool(name: str, arguments: dict[str, Any]) -> list[types.TextContent]:
    if name == "get_doc":
        full = _resolve(arguments["path"])
        with open(full, encoding="utf-8") as handle:
            return [types.TextContent(type="text", text=handle.read())]
    raise ValueError(f"unknown tool {name}")


async def main() -> None:
    async with stdio_server() as (read, write):
        await app.run(read, write, app.create_initialization_options())
