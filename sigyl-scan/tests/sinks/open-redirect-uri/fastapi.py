from fastapi import FastAPI
from fastapi.responses import RedirectResponse
app = FastAPI()
@app.get("/callback")
async def callback(redirect_uri: str, code: str):
    return RedirectResponse(url=f"{redirect_uri}?code={code}")
