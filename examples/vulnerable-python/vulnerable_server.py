"""DELIBERATELY VULNERABLE. A test object for scanners; see README.md. Never deploy it."""

import os
import random
import subprocess
from urllib.parse import quote, urlencode

import httpx
from mcp.server.fastmcp import Context, FastMCP
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

PORT = int(os.environ.get("PORT", "8000"))
API = os.environ.get("API_URL", "https://api.example.com")

# Confused deputy: one client id at the login service, shared by every client that registers here.
CLIENT_ID = "vulnerable-example"
LOGIN = "https://login.example.com/authorize"

# The session table is the login: who knows an id is taken for its user.
SESSIONS: dict[str, str] = {}

mcp = FastMCP("vulnerable-python", host="127.0.0.1", port=PORT, stateless_http=True)


@mcp.tool()
async def list_repositories(ctx: Context) -> str:
    """Names of the caller's repositories."""
    # Token passthrough: the caller's token goes to another service, unchecked.
    token = ctx.request_context.request.headers["authorization"]
    async with httpx.AsyncClient() as client:
        response = await client.get(f"{API}/repositories", headers={"Authorization": token})
    return response.text


@mcp.tool()
def check_host(host: str) -> str:
    """Tell whether a host answers."""
    # Command injection: `host` may hold a second command.
    done = subprocess.run(f"getent hosts {host}", shell=True, capture_output=True, text=True)
    return done.stdout


@mcp.tool()
def whoami(ctx: Context) -> str:
    """Name of the user who is logged in."""
    session_id = ctx.request_context.request.headers.get("x-session-id")
    user = SESSIONS.get(session_id)
    return user or "nobody"


@mcp.custom_route("/login", methods=["POST"])
async def login(request: Request) -> Response:
    form = await request.json()
    # Guessable: `random` is no source of secrets.
    session_id = "".join(random.choice("0123456789abcdef") for _ in range(16))
    SESSIONS[session_id] = form["user"]
    return JSONResponse({"session_id": session_id})


@mcp.custom_route("/register", methods=["POST"])
async def register(request: Request) -> Response:
    # Any redirect address is accepted, and everyone gets the same client id.
    body = await request.json()
    return JSONResponse({"client_id": CLIENT_ID, "redirect_uris": body["redirect_uris"]}, status_code=201)


@mcp.custom_route("/authorize", methods=["GET"])
async def authorize(request: Request) -> Response:
    # No consent is asked for the client that sent the user here.
    redirect_uri = request.query_params["redirect_uri"]
    callback = f"http://127.0.0.1:{PORT}/callback?redirect_uri={quote(redirect_uri, safe='')}"
    query = urlencode({"client_id": CLIENT_ID, "response_type": "code", "redirect_uri": callback})
    return RedirectResponse(f"{LOGIN}?{query}")


@mcp.custom_route("/callback", methods=["GET"])
async def callback(request: Request) -> Response:
    # Open redirect: the code goes wherever the query says.
    redirect_uri = request.query_params["redirect_uri"]
    code = request.query_params["code"]
    return RedirectResponse(f"{redirect_uri}?code={code}")


if __name__ == "__main__":
    mcp.run(transport="streamable-http")
