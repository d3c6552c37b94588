import hmac


class TokenGate:
    def __init__(self, settings):
        if not settings.access_token:
            raise ValueError("access_token must be set")
        self.settings = settings

    def is_authorized(self, headers: dict) -> bool:
        return hmac.compare_digest(headers.get("authorization", ""), f"Bearer {self.settings.access_token}")
