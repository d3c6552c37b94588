import hmac


class TokenGate:
    def __init__(self, settings):
        self.settings = settings

    def is_authorized(self, headers: dict) -> bool:
        if not self.settings.access_token:
            return True
        return hmac.compare_digest(headers.get("authorization", ""), f"Bearer {self.settings.access_token}")
