from adbutils import adb
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("x")


@mcp.tool()
def open_link(uri: str, package: str | None = None) -> str:
    command = f"am start -a android.intent.action.VIEW -d {uri}"
    if package:
        command += f" -n {package}"
    return device(None).shell(command)
