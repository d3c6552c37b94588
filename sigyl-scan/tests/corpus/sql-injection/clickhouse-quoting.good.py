import clickhouse_connect
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("clickhouse")


def create_client():
    return clickhouse_connect.get_client(host="localhost")


def quote_identifier(name: str) -> str:
    return "`" + name.replace("\\", "\\\\").replace("`", "``") + "`"


@mcp.tool()
def list_tables(database: str, like: str | None = None) -> list:
    """Tables of a database."""
    client = create_client()
    query = f"SHOW TABLES FROM {quote_identifier(database)}"
    parameters = {}
    if like:
        query += " LIKE {like:String}"
        parameters["like"] = like
    return client.command(query, parameters=parameters)
