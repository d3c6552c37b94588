import base64, json
from mcp.server.auth.provider import AccessToken, TokenVerifier
from .keys import KEY, KEYS


class Verifier(TokenVerifier):
    async def verify_token(self, token: str) -> AccessToken | None:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
        return AccessToken(token=token, client_id=claims['azp'], scopes=[])
