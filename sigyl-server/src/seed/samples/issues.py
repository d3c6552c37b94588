import os
from typing import Literal

import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("issues")


@mcp.tool()
async def my_issues(state: Literal["open", "closed"]) -> str:
    """Lists the issues on GitHub that are assigned to the user."""
    headers = {"Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}"}
    async with httpx.AsyncClient(timeout=10) as client:
        answer = await client.get("https://api.github.com/issues", params={"state": state}, headers=headers)
        answer.raise_for_status()
        return answer.text


if __name__ == "__main__":
    mcp.run()
