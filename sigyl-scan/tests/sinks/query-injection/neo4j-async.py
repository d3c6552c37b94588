from mcp.server.fastmcp import FastMCP
from neo4j import AsyncGraphDatabase
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    async with AsyncGraphDatabase.driver('').session() as s:
        await s.run(f"MATCH (n) WHERE n.x = '{a}' RETURN n")
    return ''
