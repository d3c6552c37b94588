import time

from jose import jwt

KEY = open("/run/secrets/key").read()


def mint(subject: str) -> str:
    claims = {"sub": subject, "aud": "https://mcp.acme.io"}
    claims.update(iat=int(time.time()), exp=int(time.time()) + 600)
    return jwt.encode(claims, KEY, algorithm="HS256")
