from authlib.jose import jwt

from .keys import public_key


def verify(token: str) -> dict:
    claims = jwt.decode(token, public_key)
    claims.validate()
    return claims
