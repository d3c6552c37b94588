import argparse
from fastmcp import FastMCP
mcp = FastMCP("notes")

@mcp.tool()
def add_note(text: str) -> str:
    """Add a note."""
    return f"added {len(text)}"


parser = argparse.ArgumentParser()
parser.add_argument("--host", default="127.0.0.1", help="use 0.0.0.0 to listen on every interface")
args = parser.parse_args()
mcp.run(transport="http", host=args.host)
