import secrets


class OAuthProvider:
    def __init__(self):
        self.access_tokens = {}

    def issue(self, client_id: str, scopes: list[str]) -> str:
        token = secrets.token_urlsafe(32)
        self.access_tokens[token] = {"client_id": client_id, "scopes": scopes}
        return token

    def load(self, token: str):
        return self.access_tokens.get(token)
