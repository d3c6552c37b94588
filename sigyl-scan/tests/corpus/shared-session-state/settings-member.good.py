from starlette.requests import Request

from .rpc import answer


async def mcp(request: Request):
    request.state.user_email = request.headers["x-forwarded-email"]
    return await answer(await request.json(), request.state)
