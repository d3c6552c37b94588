from mcp.server.fastmcp import FastMCP
from neo4j import AsyncGraphDatabase

mcp = FastMCP("memory-graph")


class Memory:
    def __init__(self, uri: str, auth: tuple[str, str]):
        self.driver = AsyncGraphDatabase.driver(uri, auth=auth)

    async def relate(self, source: str, target: str, kind: str) -> None:
        query = """
            MATCH (a:Entity {name: $source}), (b:Entity {name: $target})
            MERGE (a)-[:RELATED {kind: $kind}]->(b)
        """
        await self.driver.execute_query(query, source=source, target=target, kind=kind)


memory = Memory("neo4j://localhost", ("neo4j", "from-environment"))


@mcp.tool()
async def create_relation(source: str, target: str, kind: str) -> str:
    """Relate two entities."""
    await memory.relate(source, target, kind)
    return "related"
