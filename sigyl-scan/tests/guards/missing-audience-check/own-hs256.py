import os
import jwt
from mcp.server.auth.provider import AccessToken, TokenVerifier
from .keys import KEY, KEYS


class Verifier(TokenVerifier):
    async def verify_token(self, token: str) -> AccessToken | None:
        claims = jwt.decode(token, os.environ["SESSION_KEY"], algorithms=["HS256"])
        return AccessToken(token=token, client_id=claims['azp'], scopes=[])
