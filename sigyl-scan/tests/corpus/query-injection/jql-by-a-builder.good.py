from dataclasses import dataclass, field

import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("tickets")
client = httpx.Client(base_url="https://tickets.example.com")


@dataclass
class Search:
    parts: list[str] = field(default_factory=list)

    def words(self, text: str) -> "Search":
        quoted = text.replace('\\', '\\\\').replace('"', '\\"')
        self.parts.append(f'summary ~ "{quoted}"')
        return self

    def build(self) -> str:
        return " AND ".join(["project = OPS", *self.parts])


@mcp.tool()
def find(text: str) -> dict:
    """Finds tickets."""
    return client.post("/rest/api/2/search", json={"jql": Search().words(text).build(), "maxResults": 20}).json()
