from jose import jwt

from .keys import JWKS


def verify(token: str) -> dict:
    return jwt.decode(token, JWKS, algorithms=["RS256"], issuer="https://id.acme.io")
