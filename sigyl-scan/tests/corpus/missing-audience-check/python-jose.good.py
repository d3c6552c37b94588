from jose import jwt

from .keys import JWKS
from .settings import settings


def verify(token: str) -> dict:
    return jwt.decode(token, JWKS, algorithms=["RS256"], issuer="https://id.acme.io", audience=settings.resource)
