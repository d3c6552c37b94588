import sqlite3

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("tables")
TYPES = {"INTEGER", "TEXT"}


def is_type(name: str) -> bool:
    if not name:
        return False
    base = name.strip().split()[0].upper()
    return base in TYPES


@mcp.tool()
async def create(types: list[str]) -> str:
    columns = []
    for number, name in enumerate(types):
        if not is_type(name):
            raise ValueError(f"no type: {name}")
        columns.append(f"c{number} {name}")
    sqlite3.connect("tables.db").execute(f"CREATE TABLE t ({', '.join(columns)})")
    return "ok"
