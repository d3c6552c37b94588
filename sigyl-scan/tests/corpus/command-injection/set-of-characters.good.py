import subprocess
from typing import Annotated

from mcp.server.fastmcp import FastMCP
from pydantic import AfterValidator

mcp = FastMCP("units")
ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_.@-")


def unit(value: str) -> str:
    if not set(value) <= ALLOWED:
        raise ValueError("not a unit")
    return value


Unit = Annotated[str, AfterValidator(unit)]


@mcp.tool()
def status(name: Unit) -> str:
    """Status of a unit."""
    return subprocess.run(f"systemctl status {name}", shell=True, capture_output=True, text=True).stdout
