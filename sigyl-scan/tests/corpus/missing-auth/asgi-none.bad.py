class ApiKeyGate:
    def __init__(self, app, api_key=None):
        self.app = app
        self.api_key = api_key

    async def __call__(self, scope, receive, send):
        if self.api_key is None:
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if headers.get(b"x-api-key", b"").decode() != self.api_key:
            await send({"type": "http.response.start", "status": 401, "headers": []})
            await send({"type": "http.response.body", "body": b"unauthorized"})
            return
        await self.app(scope, receive, send)
