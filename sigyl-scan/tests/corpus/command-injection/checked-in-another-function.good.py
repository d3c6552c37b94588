import asyncio
import re
from typing import Any

import mcp.types as types
from mcp.server import Server
from mcp.server.stdio import stdio_server

server = Server("hosts")
HOST = re.compile(r"[A-Za-z0-9.-]+")


def require_host(value: str) -> str:
    if not HOST.fullmatch(value):
        raise ValueError("not a host name")
    return value


async def trace(host: str) -> str:
    process = await asyncio.create_subprocess_shell(
        f"traceroute -m 12 {host}",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return output.decode()


@server.list_tools()
async def tools() -> list[types.Tool]:
    return [
        types.Tool(
            name="trace",
            description="Shows the way to a host",
            inputSchema={"type": "object", "properties": {"host": {"type": "string"}}, "required": ["host"]},
        )
    ]


@server.call_tool()
async def call(name: str, arguments: dict[str, Any] | None) -> list[types.TextContent]:
    if name != "trace":
        raise ValueError(f"unknown tool {name}")
    host = require_host((arguments or {})["host"])
    return [types.TextContent(type="text", text=await trace(host))]


async def main() -> None:
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


asyncio.run(main())
