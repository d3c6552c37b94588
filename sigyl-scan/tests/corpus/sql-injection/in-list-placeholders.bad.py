import sqlite3

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("tags")


@mcp.tool()
def notes_with(tags: list[str]) -> list:
    """Notes with any of the tags."""
    connection = sqlite3.connect("notes.db")
    listed = ", ".join(f"'{tag}'" for tag in tags)
    rows = connection.execute(f"SELECT title FROM notes WHERE tag IN ({listed})").fetchall()
    return [row[0] for row in rows]
