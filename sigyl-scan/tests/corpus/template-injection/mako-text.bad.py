from mako.template import Template

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("variant")


@mcp.tool()
def report(layout: str) -> str:
    """Renders a report."""
    return Template(layout).render(rows=[1, 2])
