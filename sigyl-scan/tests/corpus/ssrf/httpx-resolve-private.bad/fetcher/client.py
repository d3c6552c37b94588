import httpx

from .security import assert_public

HEADERS = {"User-Agent": "fetcher"}


async def fetch_text(url: str) -> str:
    assert_public(url)
    async with httpx.AsyncClient(follow_redirects=False, headers=HEADERS) as client:
        response = await client.get(url, timeout=20)
    return response.text
