from jinja2 import Environment
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("letters")
environment = Environment(autoescape=True)


@mcp.tool()
def letter(template: str, name: str) -> str:
    """Writes a letter."""
    return environment.from_string(template).render(name=name)
