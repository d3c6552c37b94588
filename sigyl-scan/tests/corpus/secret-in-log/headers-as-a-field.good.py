import structlog
import httpx

log = structlog.get_logger("bank")


class Bank:
    def __init__(self, client_id: str, client_secret: str) -> None:
        self.id, self.secret = client_id, client_secret
        self.http = httpx.AsyncClient(base_url="https://api.bank.example")

    async def accounts(self, access: str) -> list:
        headers = {"Authorization": f"Bearer {access}", "Accept": "application/json"}
        reply = await self.http.get("/accounts", headers=headers)
        log.info("request", path="/accounts", headers=sorted(headers), status=reply.status_code)
        return reply.json()["accounts"]
