from mcp.server.fastmcp import FastMCP
from neo4j import GraphDatabase
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    GraphDatabase.driver('').execute_query(f'MATCH (n:{a}) RETURN n')
    return ''
