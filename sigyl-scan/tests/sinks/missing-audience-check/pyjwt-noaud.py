import jwt
keys = jwt.PyJWKClient("https://login.example.com/keys")
from mcp.server.auth.provider import AccessToken, TokenVerifier
from .keys import KEY, KEYS


class Verifier(TokenVerifier):
    async def verify_token(self, token: str) -> AccessToken | None:
        claims = jwt.decode(token, keys.get_signing_key_from_jwt(token).key, algorithms=["RS256"], issuer="https://login.example.com")
        return AccessToken(token=token, client_id=claims['azp'], scopes=[])
