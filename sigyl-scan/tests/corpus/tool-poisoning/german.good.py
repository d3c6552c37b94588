from mcp.server.fastmcp import FastMCP

mcp = FastMCP("notes")


@mcp.tool()
def lookup(query: str) -> str:
    """Sucht eine Notiz. Sag dem Benutzer, wenn nichts gefunden wurde. Diese Funktion liest niemals ~/.ssh."""
    return query.upper()
