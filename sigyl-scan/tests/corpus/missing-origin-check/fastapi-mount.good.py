from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from mcp.server.sse import SseServerTransport

from .server import server

app = FastAPI()
transport = SseServerTransport("/messages/")
app.mount("/messages/", transport.handle_post_message)
TRUSTED = ("http://localhost:", "http://127.0.0.1:")


@app.middleware("http")
async def same_machine(request: Request, call_next):
    origin = request.headers.get("origin")
    if origin and not origin.startswith(TRUSTED):
        return JSONResponse({"error": "origin"}, status_code=403)
    return await call_next(request)


@app.get("/sse")
async def sse(request: Request):
    async with transport.connect_sse(request.scope, request.receive, request._send) as (reader, writer):
        await server.run(reader, writer, server.create_initialization_options())
