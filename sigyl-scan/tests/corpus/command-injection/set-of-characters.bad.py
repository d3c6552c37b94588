import subprocess
from typing import Annotated

from mcp.server.fastmcp import FastMCP
from pydantic import AfterValidator

mcp = FastMCP("units")
FORBIDDEN = frozenset(";&|")


def unit(value: str) -> str:
    if set(value) <= FORBIDDEN:
        raise ValueError("not a unit")
    return value


Unit = Annotated[str, AfterValidator(unit)]


@mcp.tool()
def status(name: Unit) -> str:
    """Status of a unit."""
    return subprocess.run(f"systemctl status {name}", shell=True, capture_output=True, text=True).stdout
