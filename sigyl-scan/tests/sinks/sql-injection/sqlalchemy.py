from mcp.server.fastmcp import FastMCP
from sqlalchemy import create_engine, text
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    with create_engine('').connect() as c:
        c.execute(text(f'SELECT * FROM {a}'))
    return ''
