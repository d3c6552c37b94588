from aiohttp import web


async def login(request: web.Request) -> web.Response:
    token = await request.app["auth"].issue(await request.post())
    response = web.HTTPFound("/")
    response.set_cookie("token", token, httponly=True, secure=False, samesite="Lax")
    return response
