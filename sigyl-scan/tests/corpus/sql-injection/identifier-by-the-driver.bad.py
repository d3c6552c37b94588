import psycopg2
from mcp.server.fastmcp import FastMCP
from psycopg2.extensions import quote_ident

mcp = FastMCP("depths")
link = psycopg2.connect("dbname=depths")


@mcp.tool()
def rows(table: str) -> list:
    """List the rows of a table."""
    with link.cursor() as cursor:
        cursor.execute("SELECT * FROM " + table + " LIMIT 50")
        return cursor.fetchall()
