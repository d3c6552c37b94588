import re

import pymysql
import sqlglot
from mcp.server.fastmcp import FastMCP
from sqlglot import exp

mcp = FastMCP("mysql-readonly")


def run(sql: str) -> list:
    connection = pymysql.connect(host="localhost", user="reader", database="app")
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())
    finally:
        connection.close()


@mcp.tool()
def read_query(query: str) -> list:
    """Run a SELECT query."""
    if not query.strip().upper().startswith("SELECT"):
        raise ValueError("only SELECT queries are allowed")
    return run(query)
