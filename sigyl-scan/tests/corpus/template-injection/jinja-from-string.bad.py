from jinja2 import Environment

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("variant")


@mcp.tool()
def render(template: str, name: str) -> str:
    """Renders a letter."""
    return Environment().from_string(template).render(name=name)
