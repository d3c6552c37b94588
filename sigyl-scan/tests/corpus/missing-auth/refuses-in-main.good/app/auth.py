import hmac

from starlette.responses import JSONResponse

from .config import config


async def guard(request, call_next):
    if not hmac.compare_digest(request.headers.get("x-api-key", ""), config.api_key or ""):
        return JSONResponse({"error": "unauthorized"}, status_code=401)
    return await call_next(request)
