from fastapi import FastAPI, Request
from mcp.server.sse import SseServerTransport

from .server import server

app = FastAPI()
transport = SseServerTransport("/messages/")
app.mount("/messages/", transport.handle_post_message)


@app.get("/sse")
async def sse(request: Request):
    async with transport.connect_sse(request.scope, request.receive, request._send) as (reader, writer):
        await server.run(reader, writer, server.create_initialization_options())
