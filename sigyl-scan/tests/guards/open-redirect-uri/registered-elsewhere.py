import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, JSONResponse
from starlette.routing import Route
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("x")


async def read_clients() -> dict:
    async with httpx.AsyncClient() as c:
        r = await c.get("https://example.com/x")
        return r.json()


async def get_client(client_id: str) -> dict:
    clients = await read_clients()
    return clients.get(client_id)


def registered(client: dict, redirect_uri: str) -> bool:
    return redirect_uri in client.get("redirect_uris")


async def authorize(request: Request):
    form = await request.form()
    client_id = form.get("client_id", "")
    redirect_uri = form.get("redirect_uri", "")
    if not registered(await get_client(client_id), redirect_uri):
        return JSONResponse({}, status_code=400)
    code = "abc"
    return RedirectResponse(f"{redirect_uri}?code={code}", status_code=302)


app = Starlette(routes=[Route("/authorize", authorize, methods=["POST"])])
