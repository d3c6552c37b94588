from mcp.server.fastmcp import FastMCP
import boto3
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    boto3.client('s3').download_file('b', 'k', f'/srv/{a}')
    return ''
