from mcp.server.fastmcp import FastMCP
from azure.monitor.query import LogsQueryClient
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    LogsQueryClient(None).query_workspace('w', f"T | where x == '{a}'", timespan=None)
    return ''
