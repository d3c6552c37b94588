import functools
import re
import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("plans")
OPERAND = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


def operands_only(func):
    @functools.wraps(func)
    def checked(*args, **kwargs):
        for value in [*args, *kwargs.values()]:
            if not value:
                raise ValueError("not accepted")
        return func(*args, **kwargs)

    return checked


@mcp.tool()
@operands_only
def show(address: str) -> str:
    """Shows a resource of the state."""
    return subprocess.run(["terraform", "state", "show", address], capture_output=True, text=True).stdout
