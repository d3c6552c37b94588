import os

import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("telegram")


@mcp.tool()
def send_message(chat_id: str, text: str) -> str:
    """Sends a Telegram message."""
    token = os.environ["TELEGRAM_BOT_TOKEN"]
    answer = requests.post(f"https://api.telegram.org/bot{token}/sendMessage", json={"chat_id": chat_id, "text": text}, timeout=10)
    return answer.text
