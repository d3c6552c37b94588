import os
from pathlib import Path

from mcp.server.fastmcp import FastMCP

from mirror_keeper.process import Command

mcp = FastMCP("mirror-keeper")
STORE = Path(os.environ.get("MIRROR_STORE", "/var/lib/mirrors"))


@mcp.tool()
def mirror_add(url: str, name: str, depth: int | None = None) -> str:
    """Mirror a Git repository."""
    if not name.isidentifier():
        raise ValueError("name must be an identifier")
    return Command("git").arg("clone").option("depth", depth).arg("--").arg(url).arg(name).within(STORE).output()


@mcp.tool()
def mirror_update(name: str) -> str:
    """Fetch what is new."""
    if not name.isidentifier():
        raise ValueError("name must be an identifier")
    return Command("git").arg("fetch").arg("--prune").within(STORE / name).output()
