from mcp.server.fastmcp import FastMCP
import pandas as pd
import sqlite3
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    pd.read_sql(f'SELECT * FROM {a}', sqlite3.connect('x'))
    return ''
