from flask import render_template_string

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("variant")


@mcp.tool()
def page(title: str) -> str:
    """Renders a page."""
    return render_template_string(f"<h1>{title}</h1>")
