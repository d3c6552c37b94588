from mcp.server.fastmcp import FastMCP
from googleapiclient.discovery import build
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    build('drive', 'v3').files().list(q=f"name contains '{a}'").execute()
    return ''
