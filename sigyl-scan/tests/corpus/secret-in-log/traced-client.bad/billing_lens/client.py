import logging

import httpx

from .settings import settings

logger = logging.getLogger(__name__)


class BillingClient:
    def __init__(self) -> None:
        self.headers = {"X-Api-Key": settings.api_key, "Accept": "application/json"}

    async def get(self, path: str, **params) -> dict:
        logger.info("GET %s headers=%s params=%s", path, self.headers, params)
        async with httpx.AsyncClient(base_url=settings.api_url, headers=self.headers) as http:
            response = await http.get(path, params=params)
        response.raise_for_status()
        return response.json()
