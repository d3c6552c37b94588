import os

from fastapi import FastAPI, HTTPException, Request

app = FastAPI()


@app.middleware("http")
async def gate(request: Request, call_next):
    if request.headers.get("x-api-key") != os.environ.get("API_KEY"):
        raise HTTPException(status_code=401)
    return await call_next(request)
