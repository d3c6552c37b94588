from __future__ import annotations

import shlex
import subprocess
from typing import Annotated

from mcp.server.fastmcp import Context, FastMCP
from pydantic import Field


def register_tools(mcp: FastMCP) -> None:
    @mcp.tool(description="Searches a log")
    async def grep_log(
        pattern: Annotated[str, Field(description="What to look for")],
        ctx: Context,
        lines: Annotated[int, Field(ge=1, le=500)] = 50,
    ) -> str:
        await ctx.info("searching")
        command = "grep -n -m {} -e {} /var/log/app.log".format(lines, shlex.quote(pattern))
        completed = subprocess.run(["bash", "-lc", command], capture_output=True, text=True)
        return completed.stdout


def create_server() -> FastMCP:
    mcp = FastMCP("logs")
    register_tools(mcp)
    return mcp
