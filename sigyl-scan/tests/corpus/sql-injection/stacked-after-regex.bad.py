import re

import psycopg2
from mcp.server import Server
from mcp.types import TextContent

server = Server("pg-readonly")
READ_ONLY = re.compile(r"^\s*(select|with|show)\b", re.IGNORECASE)


def connect():
    return psycopg2.connect("dbname=app")


@server.call_tool()
async def call_tool(name: str, arguments: dict):
    statement = arguments["sql"]
    if not READ_ONLY.match(statement):
        raise ValueError("only read-only statements")
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return [TextContent(type="text", text=str(cursor.fetchall()))]
