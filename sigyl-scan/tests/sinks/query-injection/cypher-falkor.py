from mcp.server.fastmcp import FastMCP
from falkordb import FalkorDB
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    FalkorDB().select_graph('g').query(f'MATCH (n:{a}) RETURN n')
    return ''
