import asyncio, json
async def handle(reader, writer):
    message = json.loads(await reader.readline())
    if message["method"] == "tools/call":
        writer.write(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": {}}).encode())
async def main():
    server = await asyncio.start_server(handle, "0.0.0.0", 9000)
    await server.serve_forever()
