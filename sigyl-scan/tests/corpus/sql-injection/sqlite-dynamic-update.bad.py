import sqlite3
from typing import Any

import mcp.types as types
from mcp.server import Server

server = Server("contacts")
EDITABLE = ("name", "phone", "email")


class Contacts:
    def __init__(self, path: str):
        self.path = path

    def _execute(self, query: str, params: tuple = ()) -> list:
        with sqlite3.connect(self.path) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query, params).fetchall()]

    def update(self, contact_id: int, changes: dict[str, Any]) -> list:
        assignments = ", ".join(f"{column} = ?" for column in changes)
        return self._execute(f"UPDATE contacts SET {assignments} WHERE id = ?", (*changes.values(), contact_id))


contacts = Contacts("contacts.db")


@server.call_tool()
async def call_tool(name: str, arguments: dict[str, Any]) -> list[types.TextContent]:
    if name == "update_contact":
        result = contacts.update(int(arguments["id"]), arguments["changes"])
        return [types.TextContent(type="text", text=str(result))]
    raise ValueError(f"Unknown tool: {name}")
