from pathlib import Path

from mcp.server.fastmcp import FastMCP
from telethon import TelegramClient

mcp = FastMCP("chats")
client = TelegramClient("desk", 1, "hash")
KEPT = Path("/srv/kept").resolve()


@mcp.tool()
async def keep(chat: str, number: int, folder: str) -> str:
    message = await client.get_messages(chat, ids=number)
    target = (KEPT / folder / f"{number}.bin").resolve()
    if not target.is_relative_to(KEPT):
        raise ValueError("outside of what is kept")
    return await message.download_media(file=target)
