from mcp.server.fastmcp import FastMCP
import duckdb
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    duckdb.connect(f'/srv/{a}')
    return ''
