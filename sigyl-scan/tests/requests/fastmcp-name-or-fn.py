import subprocess

from fastmcp import FastMCP


def listing(path: str) -> str:
    return subprocess.run(f"ls {path}", shell=True, capture_output=True, text=True).stdout


mcp = FastMCP("x")
mcp.tool(name_or_fn=listing)
