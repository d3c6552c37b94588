import asyncio
import os
from functools import wraps
from typing import Any, Callable

import mcp.types as types
from mcp.server import Server
from pydantic import BaseModel


def guarded(func: Callable) -> Callable:
    @wraps(func)
    async def wrapper(*args, **kwargs) -> list:
        try:
            return await func(*args, **kwargs)
        except Exception as error:
            return [types.TextContent(type="text", text=str(error))]

    return wrapper


class Tool(BaseModel):
    name: str
    handler: Callable[[dict], list]


async def archive(arguments, *_):
    os.system(f"tar czf /backup/{arguments['name']}.tgz /srv/data")
    return []


async def count(arguments, *_):
    return [types.TextContent(type="text", text=str(len(os.listdir("/backup"))))]


async def main() -> None:
    server = Server("backup")
    tools = [Tool(name="count", handler=count), Tool(name="archive", handler=archive)]

    @server.call_tool()
    @guarded
    async def call(name: str, arguments: dict[str, Any] | None) -> list:
        handler = next((tool.handler for tool in tools if tool.name == name), None)
        if not handler:
            raise ValueError(f"unknown tool: {name}")
        return await handler(arguments, server)


asyncio.run(main())
