import ssl

import aiohttp

context = ssl.create_default_context()
context.minimum_version = ssl.TLSVersion.TLSv1_2


async def get(url: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(url, ssl=context) as answer:
        return await answer.text()
