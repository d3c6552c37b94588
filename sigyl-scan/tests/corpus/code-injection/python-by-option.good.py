import asyncio
import sys

from fastmcp import FastMCP

mcp = FastMCP("snippets")


async def run(words: list[str]) -> str:
    process = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    return output.decode()


@mcp.tool
async def version_of(package: str) -> str:
    """Shows which version of a package is installed."""
    return await run([sys.executable, "-m", "pip", "show", "--", package])
