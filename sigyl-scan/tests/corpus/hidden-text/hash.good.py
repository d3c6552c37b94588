from fastmcp import FastMCP

mcp = FastMCP("notes")
TEXT = "Looks up 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae."


@mcp.tool(name="lookup", description=TEXT)
async def run(query: str) -> str:
    return query[::-1]
