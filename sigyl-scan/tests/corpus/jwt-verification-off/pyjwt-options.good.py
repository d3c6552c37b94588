import jwt
from starlette.requests import Request

from .settings import settings


def user_of(request: Request) -> str:
    token = request.headers["Authorization"].removeprefix("Bearer ")
    return jwt.decode(token, settings.public_key, algorithms=["ES256"], audience=settings.resource)["sub"]
