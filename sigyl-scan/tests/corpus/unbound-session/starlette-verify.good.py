from starlette.responses import JSONResponse

from .auth import verify_token
from .rpc import answer

sessions = {}


async def mcp(request):
    user = await verify_token(request.headers.get("authorization", ""))
    session = sessions.get(request.headers.get("mcp-session-id"))
    if session is None or session.user_id != user.id:
        return JSONResponse({"error": "unknown session"}, status_code=404)
    return JSONResponse(await answer(session, await request.json()))
