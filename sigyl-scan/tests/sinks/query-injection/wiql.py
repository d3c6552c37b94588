from azure.devops.v7_1.work_item_tracking.models import Wiql
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("x")


@mcp.tool()
async def search(keyword: str) -> str:
    query = f"SELECT [System.Id] FROM WorkItems WHERE [System.Title] CONTAINS '{keyword}'"
    return str(client.query_by_wiql(wiql=Wiql(query=query)))
