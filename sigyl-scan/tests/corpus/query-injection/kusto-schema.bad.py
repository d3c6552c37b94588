from azure.kusto.data import KustoClient, KustoConnectionStringBuilder
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("kusto")
client = KustoClient(KustoConnectionStringBuilder.with_az_cli_authentication("https://c.example.net"))


def escape_name(name: str) -> str:
    return name.replace("'", "\\'")


@mcp.tool()
def table_schema(database: str, table: str) -> str:
    """Schema of a table."""
    response = client.execute_mgmt(database, f".show table ['{escape_name(table)}'] cslschema")
    return str(response.primary_results[0])


@mcp.tool()
def sample(database: str, table: str, rows: int = 10) -> str:
    """Some rows of a table."""
    query = "\n".join([f"['{escape_name(table)}']", f"| sample {rows}"])
    return str(client.execute(database, query).primary_results[0])
