import os
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.routing import Route

from .pages import consent_page
from .store import consents, pending, register_client

UPSTREAM_CLIENT_ID = os.environ["UPSTREAM_CLIENT_ID"]


async def register(request):
    return JSONResponse(await register_client(await request.json()), status_code=201)


async def authorize(request):
    client = request.query_params["client_id"]
    if not await consents.given(request.session["user"], client):
        return HTMLResponse(consent_page(client))
    state = pending.begin(dict(request.query_params))
    query = urlencode({"response_type": "code", "client_id": UPSTREAM_CLIENT_ID, "state": state})
    return RedirectResponse(f"https://id.acme.io/authorize?{query}")


routes = [Route("/register", register, methods=["POST"]), Route("/authorize", authorize)]
