from mcp.server.fastmcp import FastMCP
import pandas as pd
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    pd.DataFrame().query(a)
    return ''
