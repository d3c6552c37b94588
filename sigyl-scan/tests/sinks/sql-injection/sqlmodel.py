from mcp.server.fastmcp import FastMCP
from sqlmodel import Session, text
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    Session(None).exec(text(f'SELECT * FROM {a}'))
    return ''
