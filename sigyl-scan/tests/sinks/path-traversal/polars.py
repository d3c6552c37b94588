from mcp.server.fastmcp import FastMCP
import polars as pl
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    pl.read_csv(f'/srv/{a}')
    return ''
