import pandas

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("variant")


@mcp.tool()
def rows(condition: str) -> str:
    """Selects rows."""
    frame = pandas.read_csv("sales.csv")
    return frame.query(condition).to_csv()
