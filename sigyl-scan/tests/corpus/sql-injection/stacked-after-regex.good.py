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
    with connect() as connection:
        connection.set_session(readonly=True, autocommit=False)
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return [TextContent(type="text", text=str(cursor.fetchall()))]
