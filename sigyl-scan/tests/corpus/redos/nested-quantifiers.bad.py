import re

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("mails")
ADDRESS = re.compile(r"^([a-zA-Z0-9]+\.?)+@([a-z]+\.)+[a-z]{2,}$")


@mcp.tool()
def is_address(text: str) -> bool:
    """Tells whether a text is a mail address."""
    return ADDRESS.match(text) is not None
