import subprocess
from dataclasses import dataclass
from typing import Any, Callable

from mcp.server import Server
from mcp.types import TextContent

server = Server("scout")


@dataclass
class Command:
    description: str
    action: Callable[[dict[str, Any]], str]


def search(pattern: str) -> str:
    return subprocess.run(["grep", "-rn", "-e", pattern, "."], capture_output=True, text=True).stdout


TABLE = {"search": Command("Searches", lambda given: search(given["pattern"])), "about": Command("About", lambda _: "scout")}


@server.call_tool()
async def call_tool(name: str, arguments: dict[str, Any]) -> list[TextContent]:
    return [TextContent(type="text", text=TABLE[name].action(arguments))]
