import httpx
from fastapi import FastAPI, Request

from .rpc import answer

app = FastAPI()
client = httpx.AsyncClient(base_url="https://api.acme.io")


@app.post("/mcp")
async def mcp(request: Request):
    client.headers.update({"X-Tenant-Token": request.headers["x-tenant-token"]})
    return await answer(await request.json(), client)
