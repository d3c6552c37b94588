from urllib.parse import urlencode

from starlette.responses import RedirectResponse

from .settings import settings


async def login(request):
    query = urlencode(
        {"response_type": "code", "client_id": settings.client_id, "redirect_uri": settings.redirect_uri}
    )
    return RedirectResponse(f"{settings.issuer}/authorize?{query}")
