from mcp.server.fastmcp import FastMCP
from influxdb_client import InfluxDBClient
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    InfluxDBClient('').query_api().query(f'from(bucket:"{a}")')
    return ''
