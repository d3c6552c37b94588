import sqlite3

from web import load
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("desk")


@mcp.tool()
def customers() -> list:
    """Lists customers."""
    return sqlite3.connect("crm.db").execute("select * from customers").fetchall()


@mcp.tool()
async def summarise_link(link: str) -> str:
    """Summarises a link."""
    return (await load(link))[:2000]
