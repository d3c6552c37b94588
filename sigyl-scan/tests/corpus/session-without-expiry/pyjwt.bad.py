import jwt

from .settings import settings


def create_access_token(user_id: str, scopes: list[str]) -> str:
    payload = {"sub": user_id, "scopes": scopes, "iss": settings.issuer}
    return jwt.encode(payload, settings.secret, algorithm="HS256")
