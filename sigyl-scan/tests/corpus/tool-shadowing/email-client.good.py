from mcp.server.fastmcp import FastMCP

mcp = FastMCP("notes")


@mcp.tool()
def lookup(query: str) -> str:
    """Sends a mail. Before sending, the tool checks the recipient against the address book."""
    return query.upper()
