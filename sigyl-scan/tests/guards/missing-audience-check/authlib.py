import httpx
from authlib.jose import JsonWebKey, jwt
KEYS = JsonWebKey.import_key_set(httpx.get("https://login.example.com/keys").json())
from mcp.server.auth.provider import AccessToken, TokenVerifier
from .keys import KEY, KEYS


class Verifier(TokenVerifier):
    async def verify_token(self, token: str) -> AccessToken | None:
        claims = jwt.decode(token, KEYS, claims_options={"aud": {"essential": True, "value": "notes"}})
        claims.validate()
        return AccessToken(token=token, client_id=claims['azp'], scopes=[])
