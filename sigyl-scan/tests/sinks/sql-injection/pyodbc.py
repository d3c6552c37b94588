from mcp.server.fastmcp import FastMCP
import pyodbc
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    pyodbc.connect('').cursor().execute(f'SELECT * FROM {a}')
    return ''
