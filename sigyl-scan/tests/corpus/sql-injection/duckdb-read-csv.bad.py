import re

import duckdb
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("analytics")
connection = duckdb.connect("analytics.duckdb", read_only=True)
NAME = re.compile(r"[a-z_]+")


def checked(name: str) -> str:
    if not NAME.search(name):
        raise ValueError("bad name")
    return name


@mcp.tool()
def summarize(table: str) -> str:
    """Summary statistics of a table."""
    return connection.execute(f"SUMMARIZE SELECT * FROM {checked(table)}").df().to_markdown()


@mcp.tool()
def top_values(table: str, column: str, n: int = 10) -> str:
    """Most frequent values of a column."""
    query = "SELECT %s, count(*) AS n FROM %s GROUP BY 1 ORDER BY 2 DESC LIMIT %d" % (
        checked(column),
        checked(table),
        n,
    )
    return connection.sql(query).df().to_markdown()
