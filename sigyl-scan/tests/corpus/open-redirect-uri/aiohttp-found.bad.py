from aiohttp import web

from .codes import issue


async def authorize(request: web.Request) -> web.Response:
    target = request.query["redirect_uri"]
    raise web.HTTPFound(f"{target}?code={await issue(request)}")


app = web.Application()
app.router.add_get("/authorize", authorize)
