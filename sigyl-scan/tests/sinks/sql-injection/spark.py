from mcp.server.fastmcp import FastMCP
from pyspark.sql import SparkSession
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    SparkSession.builder.getOrCreate().sql(f'SELECT * FROM {a}')
    return ''
