import os

import jwt

VERIFY = os.getenv("VERIFY_JWT", "false") == "true"


def claims(token: str, key: str) -> dict:
    return jwt.decode(token, key, algorithms=["RS256"], options={"verify_signature": VERIFY})
