import asyncio

from .session import handle


async def main() -> None:
    server = await asyncio.start_server(handle, "0.0.0.0", 9100)
    async with server:
        await server.serve_forever()


asyncio.run(main())
