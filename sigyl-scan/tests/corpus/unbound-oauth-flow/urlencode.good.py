import secrets
from urllib.parse import urlencode

from starlette.responses import RedirectResponse

from .settings import settings


async def login(request):
    request.session["state"] = state = secrets.token_urlsafe(16)
    query = urlencode(
        {
            "response_type": "code",
            "client_id": settings.client_id,
            "redirect_uri": settings.redirect_uri,
            "state": state,
        }
    )
    return RedirectResponse(f"{settings.issuer}/authorize?{query}")
