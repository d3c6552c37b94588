import hmac
import ipaddress
import os

from starlette.responses import PlainTextResponse

TOKEN = os.environ.get("MCP_TOKEN")


async def guard(request, call_next):
    if not TOKEN:
        if ipaddress.ip_address(request.client.host).is_loopback:
            return await call_next(request)
        return PlainTextResponse("forbidden", status_code=403)
    if not hmac.compare_digest(request.headers.get("authorization", ""), f"Bearer {TOKEN}"):
        return PlainTextResponse("unauthorized", status_code=401)
    return await call_next(request)
