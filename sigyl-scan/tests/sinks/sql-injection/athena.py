from mcp.server.fastmcp import FastMCP
import boto3
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    boto3.client('athena').start_query_execution(QueryString=f'SELECT * FROM {a}')
    return ''
