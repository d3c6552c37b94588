import os
import shlex

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("sums")


@mcp.tool()
def total(column: str) -> str:
    program = f"import table; print(table.read()['{column}'].sum())"
    return os.popen("python3 -c " + shlex.quote(program)).read()
