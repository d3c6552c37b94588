from starlette.responses import JSONResponse

from .rpc import answer

sessions: dict[str, dict] = {}


async def mcp(request):
    session_id = request.headers.get("mcp-session-id", "")
    if session_id not in sessions:
        return JSONResponse({"error": "unauthorized"}, status_code=401)
    return JSONResponse(await answer(await request.json()))
