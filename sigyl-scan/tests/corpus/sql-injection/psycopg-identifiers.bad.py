import os

import psycopg
from mcp.server.fastmcp import FastMCP
from psycopg import sql

mcp = FastMCP("postgres")


def connect():
    return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)


@mcp.tool()
def table_size(schema: str, table: str) -> int:
    """Rows of a table."""
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{schema}"."{table}"')
        return cursor.fetchone()[0]


@mcp.tool()
def columns(table: str) -> list:
    """Columns of a table."""
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", (table,))
        return [row[0] for row in cursor.fetchall()]
