import jwt
from jwt import PyJWKClient
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("tenants")
KEYS = {
    issuer: PyJWKClient(f"{issuer}/.well-known/jwks.json")
    for issuer in ("https://login.acme.io", "https://login.acme.eu")
}


class TokenVerifier:
    def verify(self, token: str, issuer: str) -> dict:
        if issuer not in KEYS:
            raise PermissionError("the issuer is not trusted")
        key = KEYS[issuer].get_signing_key_from_jwt(token)
        return jwt.decode(token, key.key, algorithms=["RS256"], issuer=issuer, audience="tenants")
