import os

import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("translate")


@mcp.tool()
async def translate(text: str, language: str) -> str:
    """Translates a text into a language, which is named by two letters."""
    headers = {"Authorization": f"DeepL-Auth-Key {os.environ['DEEPL_API_KEY']}"}
    body = {"text": [text], "target_lang": language.upper()}
    async with httpx.AsyncClient(timeout=10) as client:
        answer = await client.post("https://api-free.deepl.com/v2/translate", json=body, headers=headers)
        answer.raise_for_status()
        return answer.text


if __name__ == "__main__":
    mcp.run()
