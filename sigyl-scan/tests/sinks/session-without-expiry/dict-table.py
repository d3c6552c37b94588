import secrets
from fastapi import FastAPI
app = FastAPI()
sessions = {}
@app.post("/login")
def login(user: str):
    token = secrets.token_urlsafe(32)
    sessions[token] = {"user": user}
    return {"token": token}
