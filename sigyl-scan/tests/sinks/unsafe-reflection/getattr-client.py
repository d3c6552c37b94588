from mcp.server.fastmcp import FastMCP
import boto3
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    getattr(boto3.client('s3'), a)()
    return ''
