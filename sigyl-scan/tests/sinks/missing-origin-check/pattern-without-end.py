import re

from fastapi import FastAPI, HTTPException, Request
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

from .server import server

LOCAL = re.compile(r"https?://localhost")
app = FastAPI()
manager = StreamableHTTPSessionManager(app=server)


@app.post("/mcp")
async def mcp(request: Request):
    origin = request.headers.get("origin")
    if origin and not LOCAL.match(origin):
        raise HTTPException(403, "origin not allowed")
    await manager.handle_request(request.scope, request.receive, request._send)
