import os

import jwt

SECRET_KEY = os.environ["JWT_SECRET_KEY"]


def read(token: str) -> dict:
    return jwt.decode(token, SECRET_KEY, algorithms=["HS256"])
