import httpx
from fastapi import FastAPI, Request

app = FastAPI()


@app.post("/mcp")
async def mcp(request: Request):
    async with httpx.AsyncClient() as client:
        answer = await client.post(
            "https://api.acme.io/rpc",
            headers={"Authorization": request.headers["authorization"]},
            json=await request.json(),
        )
    return answer.json()
