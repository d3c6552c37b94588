import os
from pathlib import Path

from mcp.server.fastmcp import FastMCP, Context

mcp = FastMCP("reports")
REPORTS = Path(os.environ["REPORTS_DIR"]).resolve()


@mcp.tool()
async def export_report(name: str, output: str, ctx: Context) -> str:
    """Copy a report to a file in the output folder."""
    source = (REPORTS / "in" / name).resolve()
    target = (REPORTS / "out" / output).resolve()
    if not source.is_relative_to(REPORTS / "in"):
        raise ValueError("bad name")
    if not target.is_relative_to(REPORTS / "out"):
        raise ValueError("bad output")
    await ctx.info(f"exporting {name}")
    target.write_bytes(source.read_bytes())
    return str(target)
