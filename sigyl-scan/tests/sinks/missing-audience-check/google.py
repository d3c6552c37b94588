from google.auth.transport import requests
from google.oauth2 import id_token
from mcp.server.auth.provider import AccessToken, TokenVerifier
from .keys import KEY, KEYS


class Verifier(TokenVerifier):
    async def verify_token(self, token: str) -> AccessToken | None:
        claims = id_token.verify_oauth2_token(token, requests.Request())
        return AccessToken(token=token, client_id=claims['azp'], scopes=[])
