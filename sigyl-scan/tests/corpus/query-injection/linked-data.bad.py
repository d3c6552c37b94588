from SPARQLWrapper import JSON, SPARQLWrapper
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("names")
store = SPARQLWrapper("http://localhost:3030/names/query", returnFormat=JSON)


@mcp.tool()
def called(name: str) -> dict:
    """Find who is called so."""
    store.setQuery(f'SELECT ?who WHERE {{ ?who foaf:name "{name}" }}')
    return store.queryAndConvert()
