from mcp.server.fastmcp import FastMCP
from SPARQLWrapper import SPARQLWrapper
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    s = SPARQLWrapper('')
    s.setQuery(f'SELECT ?x WHERE {{ ?x a <{a}> }}')
    return ''
