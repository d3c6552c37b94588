import psycopg
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("tables")


@mcp.tool()
def query(sql: str) -> str:
    with psycopg.connect("dbname=shop") as connection, connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        cursor.execute(sql, (), prepare=True)
        return str(cursor.fetchall())
