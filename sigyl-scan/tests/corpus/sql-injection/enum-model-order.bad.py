from enum import Enum

import aiosqlite
from fastmcp import FastMCP
from pydantic import BaseModel

mcp = FastMCP("journal")


class Order(str, Enum):
    newest = "created DESC"
    oldest = "created ASC"


class Search(BaseModel):
    text: str
    order: str = "created DESC"


@mcp.tool()
async def search(request: Search) -> list:
    """Search the journal."""
    async with aiosqlite.connect("journal.db") as db:
        statement = f"SELECT text FROM entries WHERE text LIKE ? ORDER BY {request.order}"
        async with db.execute(statement, (f"%{request.text}%",)) as cursor:
            return [row[0] async for row in cursor]
