import secrets
from starlette.responses import RedirectResponse
async def callback(request):
    response = RedirectResponse("/")
    response.set_cookie("session_id", secrets.token_urlsafe(32), httponly=True, secure=True, samesite="lax")
    return response
