import clickhouse_connect
from clickhouse_connect.driver.binding import format_query_value
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("depths")
client = clickhouse_connect.get_client()


@mcp.tool()
def soundings(area: str) -> list:
    """List the soundings of an area."""
    return client.query(f"SELECT depth FROM soundings WHERE area = {format_query_value(area)}").result_rows
