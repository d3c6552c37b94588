from mcp.server.fastmcp import FastMCP
from flask import render_template_string
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    render_template_string(a)
    return ''
