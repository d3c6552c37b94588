import argparse

from fastmcp import FastMCP

mcp = FastMCP("tasks")


@mcp.tool
def remove(name: str) -> str:
    """Remove a task."""
    return name


parser = argparse.ArgumentParser()
parser.add_argument("--host", default="0.0.0.0")
args = parser.parse_args()
mcp.run(transport="http", host=args.host, port=8000)
