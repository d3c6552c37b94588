import uuid

from fastapi import FastAPI

app = FastAPI()
sessions = {}


@app.post("/open")
async def open_session():
    handle = str(uuid.uuid4())
    sessions[handle] = {"steps": []}
    return {"session": handle}
