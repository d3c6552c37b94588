from fastmcp import FastMCP

mcp = FastMCP("notes")
TEXT = "Looks a note up by its digest, such as 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08."


@mcp.tool(name="lookup", description=TEXT)
async def run(query: str) -> str:
    return query[::-1]
