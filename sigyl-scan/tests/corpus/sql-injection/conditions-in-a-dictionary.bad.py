import sqlite3

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("notes")


def conditions(author: str, year: str) -> list[str]:
    found = []
    if author:
        found.append(f"author = '{author}'")
    if year:
        found.append(f"year >= '{year}'")
    return found


@mcp.tool()
def search(author: str = "", year: str = "") -> list:
    """Searches the notes."""
    found = conditions(author, year)
    where = "WHERE " + " AND ".join(found) if found else ""
    with sqlite3.connect("notes.db") as connection:
        return connection.execute(f"SELECT * FROM notes {where}").fetchall()
