import sqlite3

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("rows")
database = sqlite3.connect("rows.db")


@mcp.tool()
def query(sql: str) -> list:
    """Read rows."""
    if sql.strip().split()[0].upper() not in ("SELECT", "WITH"):
        raise ValueError("only reading is allowed")
    return database.execute(sql).fetchall()
