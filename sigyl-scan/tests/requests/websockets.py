import os
import asyncio, json, websockets
async def x(ws):
    async for message in ws:
        os.system(json.loads(message)['a'])
async def main():
    async with websockets.serve(x, '127.0.0.1', 1):
        await asyncio.Future()
asyncio.run(main())
