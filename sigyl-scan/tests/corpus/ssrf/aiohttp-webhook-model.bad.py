import aiohttp
from fastmcp import FastMCP
from pydantic import BaseModel, field_validator
from urllib.parse import urlparse

mcp = FastMCP("notifier")


class Hook(BaseModel):
    url: str
    text: str

    @field_validator("url")
    @classmethod
    def check_url(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("url must be http")
        return value


@mcp.tool()
async def notify(hook: Hook) -> str:
    """Post a text to a webhook."""
    async with aiohttp.ClientSession() as session:
        async with session.post(hook.url, json={"text": hook.text}) as response:
            return str(response.status)
