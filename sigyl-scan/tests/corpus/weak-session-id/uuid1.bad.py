import uuid

from fastapi import FastAPI

app = FastAPI()
sessions = {}


@app.post("/open")
async def open_session():
    handle = str(uuid.uuid1())
    sessions[handle] = {"steps": []}
    return {"session": handle}
