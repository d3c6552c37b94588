import sqlite3

import mcp.types as types
from mcp.server import Server

app = Server("sqlite-explorer")


class Explorer:
    def __init__(self, path: str) -> None:
        self.connection = sqlite3.connect(path)

    def tables(self) -> list[str]:
        cursor = self.connection.cursor()
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return [row[0] for row in cursor.fetchall()]

    def describe(self, table: str) -> list:
        cursor = self.connection.cursor()
        if table not in self.tables():
            raise ValueError("no such table")
        cursor.execute(f"PRAGMA table_info({table})")
        return cursor.fetchall()


explorer = Explorer("data.db")


@app.call_tool()
async def call_tool(name: str, arguments: dict) -> list[types.TextContent]:
    match name:
        case "describe-table":
            return [types.TextContent(type="text", text=str(explorer.describe(arguments["table_name"])))]
        case "list-tables":
            return [types.TextContent(type="text", text=str(explorer.tables()))]
    raise ValueError(name)
