from aiohttp import web

ALLOWED = frozenset({"https://app.acme.io"})


@web.middleware
async def cors(request, handler):
    response = await handler(request)
    origin = request.headers.get("Origin")
    if origin in ALLOWED:
        response.headers["Access-Control-Allow-Origin"] = origin
    return response
