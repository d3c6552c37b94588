import asyncio, json
import websockets

async def handler(websocket):
    async for raw in websocket:
        message = json.loads(raw)
        if message['method'] == 'tools/call':
            await websocket.send(json.dumps({'jsonrpc': '2.0', 'id': message['id'], 'result': {}}))

async def main():
    async with websockets.serve(handler, "127.0.0.1", 8765):
        await asyncio.Future()
