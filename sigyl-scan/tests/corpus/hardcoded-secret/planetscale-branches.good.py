from urllib.parse import quote

import httpx
from fastmcp import FastMCP
from pydantic import SecretStr
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    organization: str = "acme"
    service_token_id: str
    service_token: SecretStr


settings = Settings()
mcp = FastMCP("branches")
api = httpx.AsyncClient(
    base_url="https://api.planetscale.com/v1",
    headers={"Authorization": f"{settings.service_token_id}:{settings.service_token.get_secret_value()}"},
)


@mcp.tool
async def list_branches(database: str) -> list[str]:
    """Lists the branches of a database."""
    answer = await api.get(f"/organizations/{settings.organization}/databases/{quote(database, safe='')}/branches")
    return [branch["name"] for branch in answer.json()["data"]]


if __name__ == "__main__":
    mcp.run()
