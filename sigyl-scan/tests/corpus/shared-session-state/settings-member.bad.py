from starlette.requests import Request

from .config import settings
from .rpc import answer


async def mcp(request: Request):
    settings.user_email = request.headers["x-forwarded-email"]
    return await answer(await request.json())
