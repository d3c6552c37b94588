from mcp.server.fastmcp import FastMCP
from neo4j import GraphDatabase
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    with GraphDatabase.driver('').session() as s:
        s.run(f'MATCH (n:{a}) RETURN n')
    return ''
