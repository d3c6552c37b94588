import hmac
import os

from fastmcp import FastMCP
from fastmcp.server.auth import StaticTokenVerifier
from starlette.requests import Request
from starlette.responses import JSONResponse

TOKEN = os.environ["EXPORT_TOKEN"]
mcp = FastMCP("index", auth=StaticTokenVerifier(tokens={TOKEN: {"client_id": "main", "scopes": []}}))


@mcp.custom_route("/export/{index}", methods=["GET"])
async def export(request: Request) -> JSONResponse:
    return JSONResponse(load(request.path_params["index"]))


@mcp.custom_route("/health", methods=["GET"])
async def health(request: Request) -> JSONResponse:
    return JSONResponse({"ok": True})


def load(name: str) -> dict:
    return INDEXES.get(name, {})


INDEXES: dict = {}
