from jinja2 import Template
from jinja2.sandbox import SandboxedEnvironment

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("variant")


@mcp.tool()
def render(text: str) -> str:
    """Renders a note."""
    return SandboxedEnvironment().from_string(text).render()
