from mcp.server.fastmcp import FastMCP
from azure.kusto.data import KustoClient
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    KustoClient('').execute('db', f"T | where x == '{a}'")
    return ''
