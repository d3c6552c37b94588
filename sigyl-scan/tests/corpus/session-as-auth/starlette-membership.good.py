from starlette.responses import JSONResponse

from .rpc import answer

sessions: dict[str, dict] = {}


async def mcp(request):
    session_id = request.headers.get("mcp-session-id", "")
    if session_id not in sessions:
        return JSONResponse({"error": "unknown session"}, status_code=404)
    return JSONResponse(await answer(await request.json()))
