import logging
import os

import httpx
from mcp.server.fastmcp import FastMCP

LOG = logging.getLogger(__name__)
mcp = FastMCP("storage")


class Client:
    def __init__(self, token: str):
        self.headers = {"X-Storage-Token": token}

    def raise_for_status(self, response: httpx.Response) -> None:
        try:
            response.raise_for_status()
        except httpx.HTTPStatusError:
            sent = response.request
            LOG.warning(f"{sent.method} failed: {response.status_code}")
            raise

    async def get(self, path: str):
        async with httpx.AsyncClient() as client:
            response = await client.get("https://storage.example.com" + path, headers=self.headers)
            self.raise_for_status(response)
            return response.json()


client = Client(os.environ["STORAGE_TOKEN"])


@mcp.tool()
async def buckets() -> str:
    return str(await client.get("/buckets"))
