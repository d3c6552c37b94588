import time

from authlib.jose import jwt


def issue(user: str, key: str) -> bytes:
    return jwt.encode({"alg": "RS256"}, {"sub": user, "exp": int(time.time()) + 300}, key)
