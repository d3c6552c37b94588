from typing import Any, Protocol

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("indexes")


class Provider(Protocol):
    def cluster_for(self, name: str) -> Any:
        """The cluster to ask."""
        ...


provider: Provider | None = None


def use(given: Provider) -> None:
    global provider
    provider = given


@mcp.tool()
def list_indexes(state: str) -> list[dict]:
    """Indexes in a state."""
    if provider is None:
        raise RuntimeError("not started")
    cluster = provider.cluster_for("main")
    return list(cluster.query("SELECT s.* FROM system:indexes AS s WHERE s.state = $state", state=state))
