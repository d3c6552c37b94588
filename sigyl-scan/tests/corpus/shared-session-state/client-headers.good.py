import httpx
from fastapi import FastAPI, Request

from .rpc import answer

app = FastAPI()


@app.post("/mcp")
async def mcp(request: Request):
    async with httpx.AsyncClient(base_url="https://api.acme.io") as client:
        client.headers.update({"X-Tenant-Token": request.headers["x-tenant-token"]})
        return await answer(await request.json(), client)
