import subprocess
from pathlib import Path

from mcp.server.fastmcp import FastMCP

from elsewhere import LINE, line_of

mcp = FastMCP("filled")


@mcp.tool()
def of_constant(path: str) -> str:
    return subprocess.getoutput(LINE.format(path))


@mcp.tool()
def of_file(path: str) -> str:
    return subprocess.getoutput(Path("list.sh").read_text().format(path=path))


@mcp.tool()
def of_result(path: str) -> str:
    return subprocess.getoutput(line_of("list") % (path,))


@mcp.tool()
def of_text(path: str) -> str:
    return subprocess.getoutput(("ls " + line_of("options") + " %s") % path)
