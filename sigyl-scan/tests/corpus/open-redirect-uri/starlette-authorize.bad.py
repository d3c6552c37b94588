from starlette.responses import RedirectResponse

from .codes import issue


async def authorize(request):
    redirect_uri = request.query_params["redirect_uri"]
    code = await issue(request.query_params["client_id"])
    return RedirectResponse(f"{redirect_uri}?code={code}", status_code=302)


def routes(app):
    app.add_route("/authorize", authorize)
