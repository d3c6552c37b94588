import os

import psycopg
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("reports")
DSN = "postgresql://report:" + os.environ["REPORT_DB_PASSWORD"] + "@db.internal/reports"


@mcp.tool()
def revenue(month: str) -> str:
    """Revenue of a month."""
    try:
        with psycopg.connect(DSN) as connection:
            row = connection.execute("select sum(amount) from sales where month = %s", (month,)).fetchone()
            return str(row[0])
    except psycopg.OperationalError as error:
        return f"could not connect to the database: {type(error).__name__}"
