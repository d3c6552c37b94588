from fastmcp import FastMCP

from repository import Repository

mcp = FastMCP("inventory")
repository = Repository()


@mcp.tool()
async def items(category: str, sort: str = "name") -> list[dict]:
    """Items of a category."""
    return await repository.items(category, sort)


@mcp.tool()
async def rename(item_id: int, name: str) -> str:
    """Renames an item."""
    return await repository.rename(item_id, name)
