from pathlib import Path

from mcp.server import Server
from mcp.types import TextContent

server = Server("vault")
VAULT = Path.home().joinpath("vault").resolve()


def locate(name: str) -> Path:
    note = VAULT.joinpath(name)
    note = note.resolve()
    try:
        note.relative_to(VAULT)
    except ValueError:
        raise ValueError("outside of the vault") from None
    return note


async def create(arguments: dict) -> str:
    note = locate(arguments["name"])
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(arguments.get("text", ""))
    return "created"


async def rename(arguments: dict) -> str:
    locate(arguments["name"]).rename(locate(arguments["to"]))
    return "renamed"


HANDLERS = {"create_note": create, "rename_note": rename}


@server.call_tool()
async def call_tool(name: str, arguments: dict | None) -> list[TextContent]:
    handler = HANDLERS[name]
    return [TextContent(type="text", text=await handler(arguments or {}))]
