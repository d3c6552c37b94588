import os

import snowflake.connector
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("warehouse")


def cursor():
    connection = snowflake.connector.connect(account=os.environ["ACCOUNT"], user=os.environ["SF_USER"])
    return connection.cursor()


@mcp.tool()
def usage(warehouse: str, days: int = 7) -> list:
    """Credits that a warehouse used."""
    conditions = [f"start_time > dateadd(day, -{int(days)}, current_timestamp())"]
    conditions.append(f"warehouse_name = '{warehouse.upper()}'")
    params = ()
    statement = f"""
        SELECT date_trunc('day', start_time) AS day, sum(credits_used)
        FROM snowflake.account_usage.warehouse_metering_history
        WHERE {' AND '.join(conditions)}
        GROUP BY 1
    """
    return cursor().execute(statement, params).fetchall()
