from google.cloud import bigquery
from fastmcp import FastMCP

mcp = FastMCP("bq")
client = bigquery.Client()


@mcp.tool
def sessions(country: str, limit: int = 100) -> list[dict]:
    """Sessions from a country."""
    query = f"SELECT * FROM `site.sessions` WHERE country = '{country}' LIMIT {limit}"
    rows = client.query(query).result()
    return [dict(row) for row in rows]
