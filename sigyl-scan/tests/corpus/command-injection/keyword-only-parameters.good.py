import subprocess
from typing import Optional

from mcp.server.fastmcp import Context, FastMCP

mcp = FastMCP("builder")

ALLOWED = {"build": {"path", "target"}, "clean": {"path"}}


@mcp.tool()
async def project(ctx: Context, command: str, *, path: Optional[str] = None, target: Optional[str] = None) -> str:
    """Builds or cleans a project."""
    if command not in ALLOWED:
        return "unknown command"
    given = {name: value for name, value in {"path": path, "target": target}.items() if value is not None}
    unexpected = set(given.keys()) - ALLOWED[command]
    if unexpected:
        return f"unexpected: {', '.join(unexpected)}"
    if command == "build":
        done = subprocess.run(["make", "-C", "/srv/project", "all" if target is None else "check"], capture_output=True, text=True)
        return done.stdout
    return "nothing to clean"
