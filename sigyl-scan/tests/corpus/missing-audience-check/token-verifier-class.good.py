import httpx
from mcp.server.auth.provider import AccessToken, TokenVerifier


class Introspection(TokenVerifier):
    async def verify_token(self, token: str) -> AccessToken | None:
        async with httpx.AsyncClient() as client:
            answer = await client.post("https://id.acme.io/introspect", data={"token": token})
        data = answer.json()
        if not data.get("active") or "https://mcp.acme.io" not in data.get("aud", []):
            return None
        return AccessToken(token=token, client_id=data["client_id"], scopes=data["scope"].split())
