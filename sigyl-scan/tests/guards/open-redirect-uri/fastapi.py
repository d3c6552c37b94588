from fastapi import FastAPI, HTTPException
from fastapi.responses import RedirectResponse
app = FastAPI()
KNOWN = {"web": "https://app.acme.io/callback"}
@app.get("/callback")
async def callback(client: str, code: str):
    if client not in KNOWN:
        raise HTTPException(400)
    return RedirectResponse(url=KNOWN[client])
