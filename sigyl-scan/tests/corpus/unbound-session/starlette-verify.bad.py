from starlette.responses import JSONResponse

from .auth import verify_token
from .rpc import answer

sessions = {}


async def mcp(request):
    await verify_token(request.headers.get("authorization", ""))
    session = sessions.get(request.headers.get("mcp-session-id"))
    if session is None:
        return JSONResponse({"error": "unknown session"}, status_code=404)
    return JSONResponse(await answer(session, await request.json()))
