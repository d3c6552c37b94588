from mcp.server.fastmcp import FastMCP
import plotly.express as px
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    px.bar().write_html(f'/srv/{a}')
    return ''
