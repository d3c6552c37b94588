import httpx
from fastapi import FastAPI, Request

from .tokens import exchange_token

app = FastAPI()


@app.post("/mcp")
async def mcp(request: Request):
    own = await exchange_token(request.headers["authorization"])
    async with httpx.AsyncClient() as client:
        answer = await client.post(
            "https://api.acme.io/rpc", headers={"Authorization": f"Bearer {own}"}, json=await request.json()
        )
    return answer.json()
