import asyncio, json
from websockets.asyncio.server import unix_serve

async def handler(websocket):
    async for raw in websocket:
        message = json.loads(raw)
        if message['method'] == 'tools/call':
            await websocket.send(json.dumps({'jsonrpc': '2.0', 'id': message['id'], 'result': {}}))

async def main():
    async with unix_serve(handler, "/run/mcp.sock") as server:
        await server.serve_forever()
