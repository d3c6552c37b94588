from jinja2.sandbox import SandboxedEnvironment
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("letters")
environment = SandboxedEnvironment(autoescape=True)


@mcp.tool()
def letter(template: str, name: str) -> str:
    """Writes a letter."""
    return environment.from_string(template).render(name=name)
