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
    statements = sqlglot.parse(query, read="mysql")
    if len(statements) != 1 or not isinstance(statements[0], exp.Select):
        raise ValueError("only one SELECT query is allowed")
    return run(query)
