import os

from fastmcp import FastMCP
from starlette.datastructures import Headers
from starlette.responses import JSONResponse

mcp = FastMCP("lamps")


class Gate:
    def __init__(self, app, token):
        self.app = app
        self.token = token

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        sent = Headers(scope=scope).get("authorization", "")
        if sent.startswith("Bearer "):
            if sent[7:] == self.token:
                await self.app(scope, receive, send)
                return
        response = JSONResponse({"error": "unauthorized"}, status_code=401)
        await response(scope, receive, send)


app = Gate(mcp.http_app(), os.environ["LAMPS_TOKEN"])
