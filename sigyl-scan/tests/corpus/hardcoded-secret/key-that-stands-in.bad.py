import os

import jwt

SECRET_KEY = os.getenv("JWT_SECRET_KEY", "change-me-in-production")


def read(token: str) -> dict:
    return jwt.decode(token, SECRET_KEY, algorithms=["HS256"])
