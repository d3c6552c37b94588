import httpx


async def load(address: str) -> str:
    async with httpx.AsyncClient(follow_redirects=True) as client:
        answer = await client.get(address)
        return answer.text
