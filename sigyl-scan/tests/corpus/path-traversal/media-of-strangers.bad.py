from pathlib import Path

from mcp.server.fastmcp import FastMCP
from telethon import TelegramClient

mcp = FastMCP("chats")
client = TelegramClient("desk", 1, "hash")


@mcp.tool()
async def keep(chat: str, number: int, folder: str) -> str:
    message = await client.get_messages(chat, ids=number)
    target = Path(folder) / f"{number}.bin"
    return await message.download_media(file=target)
