import hashlib
from base64 import urlsafe_b64encode
from secrets import token_urlsafe
from urllib.parse import urlencode

from starlette.responses import RedirectResponse

from .settings import settings


async def login(request):
    verifier = token_urlsafe(48)
    request.session["verifier"] = verifier
    challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = urlencode(
        {
            "response_type": "code",
            "client_id": settings.client_id,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
    )
    return RedirectResponse(f"{settings.issuer}/authorize?{query}")
