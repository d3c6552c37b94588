from starlette.responses import RedirectResponse


async def callback(request):
    session_id = await begin(request)
    response = RedirectResponse("/")
    response.set_cookie("mcp_session", session_id, max_age=3600)
    return response


async def begin(request): ...
