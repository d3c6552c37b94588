import os

import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("desk")
FOLDER = os.path.expanduser("~/attachments")


@mcp.tool()
async def save_attachments(ticket: int) -> str:
    """Save what is attached to a ticket."""
    async with httpx.AsyncClient(base_url="https://desk.example.com") as client:
        answer = await client.get(f"/tickets/{ticket}/attachments")
        saved = []
        for attachment in answer.json()["attachments"]:
            target = os.path.join(FOLDER, os.path.basename(attachment["filename"]))
            content = await client.get(f"/attachments/{attachment['id']}")
            with open(target, "wb") as handle:
                handle.write(content.content)
            saved.append(target)
    return "\n".join(saved)
