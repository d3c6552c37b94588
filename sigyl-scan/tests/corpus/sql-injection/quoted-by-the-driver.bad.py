import clickhouse_connect
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("depths")
client = clickhouse_connect.get_client()


@mcp.tool()
def soundings(area: str) -> list:
    """List the soundings of an area."""
    return client.query(f"SELECT depth FROM soundings WHERE area = '{area}'").result_rows
