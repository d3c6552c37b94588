import jwt
from mcp.server.auth.provider import AccessToken, TokenVerifier
from .keys import KEY, KEYS


class Verifier(TokenVerifier):
    async def verify_token(self, token: str) -> AccessToken | None:
        kid = jwt.get_unverified_header(token)["kid"]
        claims = jwt.decode(token, KEYS[kid], algorithms=["RS256"], audience="notes")
        return AccessToken(token=token, client_id=claims['azp'], scopes=[])
