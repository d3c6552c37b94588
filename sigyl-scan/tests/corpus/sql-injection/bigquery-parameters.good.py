from google.cloud import bigquery
from fastmcp import FastMCP

mcp = FastMCP("bq")
client = bigquery.Client()


@mcp.tool
def sessions(country: str, limit: int = 100) -> list[dict]:
    """Sessions from a country."""
    query = f"SELECT * FROM `site.sessions` WHERE country = @country LIMIT {limit}"
    config = bigquery.QueryJobConfig(query_parameters=[bigquery.ScalarQueryParameter("country", "STRING", country)])
    rows = client.query(query, job_config=config).result()
    return [dict(row) for row in rows]
