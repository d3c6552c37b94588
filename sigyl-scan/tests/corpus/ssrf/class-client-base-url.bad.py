import httpx
from mcp.server.fastmcp import FastMCP


class GrafanaClient:
    def __init__(self, base: str, token: str):
        self._client = httpx.Client(base_url=base, headers={"Authorization": f"Bearer {token}"})

    def dashboards(self, query: str) -> list:
        return self._client.get("/api/search", params={"query": query}).json()


mcp = FastMCP("grafana")
DEFAULT = "https://grafana.example.com"
TOKEN = "token-from-elsewhere"


@mcp.tool()
def search_dashboards(query: str, instance: str = DEFAULT) -> list:
    """Search dashboards by title."""
    client = GrafanaClient(instance, TOKEN)
    return client.dashboards(query)
