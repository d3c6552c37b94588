from jose import jwt
import httpx
KEYS = httpx.get("https://login.example.com/keys").json()
from mcp.server.auth.provider import AccessToken, TokenVerifier
from .keys import KEY, KEYS


class Verifier(TokenVerifier):
    async def verify_token(self, token: str) -> AccessToken | None:
        claims = jwt.decode(token, KEYS, algorithms=["RS256"], options={"verify_aud": False})
        return AccessToken(token=token, client_id=claims['azp'], scopes=[])
