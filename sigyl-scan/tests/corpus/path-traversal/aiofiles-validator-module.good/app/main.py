import aiofiles
from fastmcp import FastMCP

from app.validation import ensure_safe_name
from app import settings

mcp = FastMCP("memory-bank")


@mcp.tool()
async def memory_bank_write(project: str, file_name: str, content: str) -> str:
    """Write a file of the memory bank of a project."""
    ensure_safe_name(project)
    ensure_safe_name(file_name)
    folder = settings.ROOT / project
    folder.mkdir(parents=True, exist_ok=True)
    async with aiofiles.open(folder / file_name, "w") as handle:
        await handle.write(content)
    return f"{project}/{file_name} written"


@mcp.tool()
async def memory_bank_read(project: str, file_name: str) -> str:
    """Read a file of the memory bank."""
    ensure_safe_name(project)
    ensure_safe_name(file_name)
    async with aiofiles.open(settings.ROOT / project / file_name) as handle:
        return await handle.read()
