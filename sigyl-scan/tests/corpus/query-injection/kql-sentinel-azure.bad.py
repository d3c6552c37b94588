from azure.identity import DefaultAzureCredential
from azure.monitor.query import LogsQueryClient
from datetime import timedelta
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("sentinel")
client = LogsQueryClient(DefaultAzureCredential())
SEVERITIES = {"low": "Low", "medium": "Medium", "high": "High"}


@mcp.tool()
def incidents(workspace_id: str, severity: str = "high", owner: str | None = None) -> str:
    """Incidents by severity."""
    query = "SecurityIncident"
    query += f" | where Severity == '{severity}'"
    if owner:
        query += f" | where Owner.email == '{owner}'"
    query += " | take 50"
    response = client.query_workspace(workspace_id=workspace_id, query=query, timespan=timedelta(days=7))
    return str(response.tables)
