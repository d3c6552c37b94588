from starlette.responses import PlainTextResponse, RedirectResponse

from .clients import load
from .codes import issue


async def authorize(request):
    redirect_uri = request.query_params["redirect_uri"]
    client = await load(request.query_params["client_id"])
    if redirect_uri not in client.redirect_uris:
        return PlainTextResponse("invalid redirect_uri", status_code=400)
    code = await issue(client.id)
    return RedirectResponse(f"{redirect_uri}?code={code}", status_code=302)


def routes(app):
    app.add_route("/authorize", authorize)
